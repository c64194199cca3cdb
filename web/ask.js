// ask: questions to the server, in JSON; and one at a time where only the last one counts.

// The answer, or an Error whose message is the server's.
export async function ask(method, path, body, token) {
  const headers = { Accept: 'application/json' };
  if (body) headers['Content-Type'] = 'application/json';
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: 'no-store' });
  const document = await answer.json().catch(() => ({}));
  if (answer.ok) return document;
  const error = new Error(document.error ? document.error.message : `${answer.status}`);
  error.status = answer.status;
  throw error;
}

// Runs `work` for the newest wish only: while one is at work, wishes replace each other.
export function latest(work) {
  let busy = false, next = null;
  const turn = async (wish) => {
    busy = true;
    try {
      await work(wish);
    } finally {
      busy = false;
      if (next) {
        const { wish: newest } = next;
        next = null;
        turn(newest);
      }
    }
  };
  return (wish) => {
    if (busy) next = { wish };
    else turn(wish);
  };
}
