// Okta's interfaces by somebody else's hand, in a process of its own: the package is for Node alone, not for jest's modules.
void import('emulate').then(async ({ createEmulator }) => {
  const { url } = await createEmulator({
    service: 'okta',
    port: 0,
    seed: { okta: { users: [], groups: [] } },
  });
  console.log(url);
});
