// Imported first by every entry script: says in words what an old Node would say in a stack trace.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Sotto needs Node 20.19 or newer; this is ${process.version}.`);
  console.error(
    'Install a current Node from https://nodejs.org or with your version manager, then run this again.',
  );
  process.exit(1);
}
