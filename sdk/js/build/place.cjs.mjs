// Stands in for `import.meta.url`, which a CommonJS file does not have.

import { pathToFileURL } from "node:url"

export const importMetaUrl = pathToFileURL(__filename)
