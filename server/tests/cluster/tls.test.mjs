// Redis by TLS (`rediss://`): a cluster as any other, and no word for a Redis that nobody vouches for.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createServer } from "node:tls";

import { makeCertificate } from "../../../sdk/js/tests/support/certificate.mjs";
import { Cluster } from "./support/cluster.mjs";
import { MODES, startServer } from "./support/servers.mjs";
import { PATIENCE_MS } from "./support/until.mjs";

const { cert, key } = makeCertificate();
let folder, secure;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "parlor-tls-"));
  secure = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  writeFileSync(secure.cert, cert);
  writeFileSync(secure.key, key);
});
after(() => rmSync(folder, { recursive: true }));

for (const mode of MODES) {
  describe(`${mode}, A is rust and B is node`, () => {
    let cluster;
    before(async () => {
      const env = { SSL_CERT_FILE: secure.cert, NODE_EXTRA_CA_CERTS: secure.cert };
      cluster = await Cluster.start({ mode, A: "rust", B: "node", env, secure });
    });
    after(() => cluster?.stop());

    for (const by of ["a", "x"]) {
      test(`what ${by} has its server say reaches everybody`, async () => {
        await cluster.enter("/", { red: "ax" });
        cluster.forget();
        await cluster.order("/", { do: "emit", event: "news", args: [by] }, { by });
        await cluster.order("/", { do: "emit", event: "red news", args: [by], to: ["red"] }, { by });
        await cluster.settle();
        const both = [
          ["news", by],
          ["red news", by],
        ];
        const [all] = both;
        assert.deepEqual(cluster.heard("/"), { a: both, b: [all], x: both, y: [all] });
      });
    }
  });
}

for (const [who, host, trusted, alert] of [
  ["nobody vouches for", "127.0.0.1", false, /ALERT_UNKNOWN_CA$/],
  ["is for another host", "localhost", true, /ALERT_BAD_CERTIFICATE$/],
]) {
  test(`a Redis whose certificate ${who} hears no word`, async () => {
    const stranger = createServer({ cert, key }).listen(0, "127.0.0.1");
    await once(stranger, "listening");
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const refused = once(stranger, "tlsClientError", { signal });
    const welcomed = once(stranger, "secureConnection", { signal }).then(() => assert.fail("it was trusted"));
    welcomed.catch(() => {});
    const REDIS_URL = `rediss://${host}:${stranger.address().port}`;
    const trust = trusted ? { SSL_CERT_FILE: secure.cert } : {};
    const server = await startServer("rust", { NAME: "A", ADAPTER: "classic", REDIS_URL, ...trust });
    try {
      const [error] = await Promise.race([refused, welcomed]);
      assert.match(error.code, alert);
    } finally {
      await server.kill();
      stranger.close();
    }
  });
}
