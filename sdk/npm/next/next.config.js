export default {
  distDir: "dist",
  // The only project here: no looking for others in the folders above.
  turbopack: { root: import.meta.dirname },
}
