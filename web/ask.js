// ask: the server's interface: requests and answers in JSON, one at a time where only the last one counts.

export async function get(path) {
  const answer = await fetch(path);
  return answer.json();
}

// A refusal is thrown as an Error with the server's sentence.
export async function post(path, body) {
  const answer = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const read = await answer.json();
  if (!answer.ok) throw new Error(read.error ? read.error.message : answer.statusText);
  return read;
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
