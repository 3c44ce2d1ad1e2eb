// An OpenID provider for tests, in the place of Pro Santé Connect: panva's oidc-provider, at a port of loopback, that
// signs everybody who comes in as one account without asking. Its standard output says when it listens; its end is that
// of its standard input. `GET /essai` tells how many tokens it gave, by kind of grant, and how many were revoked;
// `GET /essai/jetons` which ones it gave, `GET /essai/montres` which ones it was asked about. After
// `GET /essai/retenir/question` the next call for a token waits until `GET /essai/rendre` before it is looked at; after
// `GET /essai/retenir/reponse`, before it is answered.
import http from 'node:http';
const { Provider } = await import(process.env.OIDC_MODULE);
const { OIDC_PORT: port, OIDC_ACCOUNT: account, OIDC_SECRET: secret, OIDC_SECONDS: seconds } = process.env;

const given = {};
const tokens = [];
const shown = [];
let hold = null;
let release = null;
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    { client_id: 'bannette-essai', token_endpoint_auth_method: 'none', application_type: 'native',
      redirect_uris: ['http://127.0.0.1/retour'], response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'] },
    { client_id: 'dovecot', client_secret: secret, token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [], response_types: [], grant_types: [] },
  ],
  scopes: ['openid', 'scope_all', 'offline_access'],
  acrValues: ['eidas1'],
  features: { devInteractions: { enabled: false }, revocation: { enabled: true },
    introspection: { enabled: true, allowedPolicy: async () => true } },
  findAccount: async (ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: async () => true,
  pkce: { required: () => true },
  ttl: { AccessToken: Number(seconds), IdToken: 600, RefreshToken: 600, Session: 600, Interaction: 600, Grant: 600 },
});
provider.on('grant.success', (ctx) => {
  const kind = ctx.oidc.params.grant_type;
  given[kind] = (given[kind] ?? 0) + 1;
  tokens.push(ctx.body.access_token, ctx.body.refresh_token, ctx.body.id_token);
});
provider.use(async (ctx, next) => {
  await next();
  if (ctx.oidc?.route === 'introspection') shown.push(ctx.oidc.params.token);
  if (ctx.oidc?.route === 'revocation') given.revocation = (given.revocation ?? 0) + 1;
});

const answer = provider.callback();
http.createServer(async (request, response) => {
  try {
    if (request.url === '/essai') {
      return response.end(JSON.stringify(given));
    }
    if (request.url === '/essai/jetons') {
      return response.end(tokens.filter(Boolean).join(' '));
    }
    if (request.url === '/essai/montres') {
      return response.end(shown.join(' '));
    }
    if (request.url.startsWith('/essai/retenir/')) {
      hold = request.url.split('/')[3];
      return response.end();
    }
    if (request.url === '/essai/rendre') {
      release?.();
      return response.end();
    }
    if (hold && request.url === '/token') {
      const what = hold;
      hold = null;
      const released = new Promise((resolve) => { release = resolve; });
      given.held = (given.held ?? 0) + 1;
      if (what === 'question') {
        await released;
      } else {
        const end = response.end.bind(response);
        response.end = (...all) => { released.then(() => end(...all)); return response; };
      }
    }
    if (request.url.startsWith('/interaction/')) {
      const { prompt, params, session } = await provider.interactionDetails(request, response);
      if (prompt.name === 'login') {
        return await provider.interactionFinished(request, response, { login: { accountId: account, acr: 'eidas1' } });
      }
      const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
      grant.addOIDCScope(params.scope);
      const consent = { consent: { grantId: await grant.save() } };
      return await provider.interactionFinished(request, response, consent, { mergeWithLastSubmission: true });
    }
    return await answer(request, response);
  } catch (error) {
    response.statusCode = 500;
    return response.end(String(error));
  }
}).listen(Number(port), '127.0.0.1', () => console.log('listening'));
process.stdin.on('end', () => process.exit(0)).resume();
