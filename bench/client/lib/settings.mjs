// What `cargo xtask` tells in the environment.

export function setting(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run this by \`cargo xtask\``)
  return value
}
