/* global CloseEvent, document, fetch, GraphiQL, graphqlWs, location, React, ReactDOM, sessionStorage */
// What the browser runs at /playground, as it stands: GraphiQL, React and graphql-ws come from their own files beside it.

const endpoint = new URL('/graphql', location.href);
const socketUrl = endpoint.href.replace(/^http/, 'ws');
const sessionKey = 'codecraft.session';

const find = (id) => document.getElementById(id);

// Signing in -------------------------------------------------------------------------------------------------------------------------

/** Kept for this tab of the browser, until it is closed. */
let session = JSON.parse(sessionStorage.getItem(sessionKey) ?? 'null');

function setSession(next) {
  session = next;
  if (next) sessionStorage.setItem(sessionKey, JSON.stringify(next));
  else sessionStorage.removeItem(sessionKey);
  showSession();
}

function showSession() {
  find('sign-in').hidden = session !== null;
  find('signed-in').hidden = session === null;
  find('who').textContent = session ? `${session.username} · ${session.role.toLowerCase()}` : '';
}

async function signIn(username, password) {
  const query = `mutation SignIn($username: String!, $password: String!) {
    signIn(username: $username, password: $password) { token user { username role } }
  }`;
  const { data, errors } = await post({ query, variables: { username, password } }, {});
  if (!data?.signIn) throw new Error(errors?.[0]?.message ?? 'Not signed in');
  const { token, user } = data.signIn;
  setSession({ token, username: user.username, role: user.role ?? 'player' });
}

find('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const { username, password } = form.elements;
  signIn(username.value, password.value).then(
    () => {
      form.reset();
      showStatus('', '');
    },
    (error) => showStatus('wrong', error.message),
  );
});
find('sign-out').addEventListener('click', () => setSession(null));

// Asking -----------------------------------------------------------------------------------------------------------------------------

/** The headers editor has the last word; without an authorization there, the session's. */
function headersOf(fromEditor) {
  const headers = { ...fromEditor };
  const hasOwn = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  return session && !hasOwn ? { ...headers, authorization: `Bearer ${session.token}` } : headers;
}

async function post(body, headers) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (response.status === 401) setSession(null);
  return answer;
}

let socket = { payload: '', client: undefined };

/** One WebSocket for all tabs that say the same in their headers. */
function socketWith(headers) {
  const params = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const payload = JSON.stringify(params);
  if (socket.payload !== payload) {
    const client = graphqlWs.createClient({
      url: socketUrl,
      connectionParams: params,
      retryAttempts: 20,
      // A token that the server refuses stays refused.
      shouldRetry: ({ code }) => code !== 4403,
    });
    socket = { payload, client };
  }
  return socket.client;
}

/**
 * The operations of a text with their names, from what stands outside of all braces. GraphiQL's own reading lags behind a change of tab, so that
 * whoever is quick would ask for the operation of the tab before.
 */
function operationsIn(query) {
  const bare = query.replace(/"""[^]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*/g, ' ');
  const operations = [];
  let depth = 0;
  for (const [token, kind, name] of bare.matchAll(
    /[{}]|(?<![$\w])(query|mutation|subscription)\b\s*(\w+)?/g,
  )) {
    if (token === '{') depth += 1;
    else if (token === '}') depth -= 1;
    else if (depth === 0) operations.push({ kind, name });
  }
  return operations;
}

function ask(params, { headers: fromEditor = {} } = {}) {
  const headers = headersOf(fromEditor);
  const operations = operationsIn(params.query);
  const [only] = operations.length > 1 ? [] : operations;
  const chosen = operations.find(({ name }) => name === params.operationName) ?? only;
  const request = { ...params, operationName: chosen?.name };
  if (chosen?.kind === 'subscription') return watch(socketWith(headers).iterate(request));
  return post(request, headers).then((answer) => {
    if (params.operationName !== 'IntrospectionQuery') showNetwork(answer);
    return answer;
  });
}

/** The events as they come, counted in the bar. An object and not a generator: its return() must not wait for the next event. */
function watch(events) {
  let count = 0;
  let end = 'The stream ended';
  showStatus('', 'Listening…');
  return {
    next: async () => {
      const step = await events.next().catch((reason) => {
        showStatus('wrong', `Ended by an error after ${count} events`);
        throw legible(reason);
      });
      if (step.done) showStatus('', `${end} after ${count} events`);
      else showStatus('', `Live: ${(count += 1)} events`);
      return step;
    },
    return: () => {
      end = 'Stopped';
      return events.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A close event says nothing when it is printed, and an Error would show its stack. */
function legible(reason) {
  if (!(reason instanceof CloseEvent)) return reason;
  const why = reason.reason || 'the server cannot be reached';
  return { message: `The WebSocket was closed (${reason.code}): ${why}` };
}

// Showing ----------------------------------------------------------------------------------------------------------------------------

function showStatus(state, text) {
  find('network').dataset.state = state;
  find('network').textContent = text;
}

/** How many nodes had a part in the last answer. */
function showNetwork({ extensions, errors }) {
  const network = extensions?.network;
  if (!network) return showStatus('', errors ? 'The answer has errors' : '');
  if (network.failed.length === 0)
    return showStatus('', `All ${network.asked} nodes that were asked answered`);
  showStatus(
    'partial',
    `${network.answered} of ${network.asked} nodes answered; missing: ${network.failed.join(', ')}`,
  );
}

async function start() {
  showSession();
  const { tabs } = document.querySelector('script[data-tabs]').dataset;
  const defaultTabs = await (await fetch(tabs)).json();
  const page = React.createElement(
    GraphiQL,
    { fetcher: ask, defaultTabs, defaultEditorToolsVisibility: false, inputValueDeprecation: true },
    React.createElement(GraphiQL.Logo, null, ' '),
  );
  ReactDOM.createRoot(find('graphiql')).render(page);
}

void start();
