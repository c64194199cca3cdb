// room: a workshop's room: joining, the team's phone, the facilitator's desk, the projector.
// Addresses: /room, /room#CODE (a team), /room#CODE/lead/TOKEN (the facilitator), /room#CODE/show (the projector).
import qrcode from 'qrcode-generator';
import { useEffect, useState } from 'preact/hooks';
import { ask } from './ask.js';
import { Frame, Problem } from './frame.js';
import { html } from './html.js';
import { keep, kept, useLang, useLeft, usePlace, useRoom } from './net.js';
import { sayIn } from './say.js';
import { Choices, Market, Ranking, Trend, rulesOf, yuan } from './debrief.js';

const ROLES = ['seller', 'importer', 'customs', 'airline'];

// ---- the way in ----

function Join({ say, code, setPlace }) {
  const [problem, setProblem] = useState('');
  const enter = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const wished = String(form.get('code')).trim().toUpperCase();
    try {
      const body = { name: String(form.get('name')).trim(), role: form.get('role') };
      const { token } = await ask('POST', `/v1/rooms/${wished}/join`, body);
      keep(`room.${wished}`, token);
      setPlace(`#${wished}`);
    } catch (error) {
      setProblem(error.status === 404 ? say.gone : error.message);
    }
  };
  return html`<section class="card"><h2>${say.join}</h2>
    ${problem && html`<${Problem} text=${problem} />`}
    <form onSubmit=${enter}>
      <label>${say.code}<input name="code" required minlength="4" maxlength="4" autocomplete="off" autocapitalize="characters"
        spellcheck="false" class="code" value=${code || ''} /></label>
      <label>${say.team}<input name="name" required maxlength="20" autocomplete="nickname" /></label>
      <label>${say.role}<select name="role"><option value="">${say.any_role}</option>
        ${ROLES.map((role) => html`<option value=${role}>${say[role]}</option>`)}</select></label>
      <button class="do">${say.enter}</button>
    </form></section>`;
}

function Open({ say, setPlace }) {
  const [problem, setProblem] = useState('');
  const open = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    try {
      const { code, token } = await ask('POST', '/v1/rooms', {
        tables: Number(form.get('tables')), rounds: Number(form.get('rounds')), seconds: Number(form.get('minutes')) * 60,
      });
      setPlace(`#${code}/lead/${token}`);
    } catch (error) {
      setProblem(error.message);
    }
  };
  const number = (name, text, most, usual) => html`<label>${text}<input name=${name} type="number" min="1" max=${most}
    required value=${usual} /></label>`;
  return html`<section class="card"><h2>${say.open}</h2><p class="dim">${say.open_note}</p>
    ${problem && html`<${Problem} text=${problem} />`}
    <form onSubmit=${open}>${number('tables', say.tables, 8, 1)}${number('rounds', say.rounds, 12, 3)}
      ${number('minutes', say.minutes, 60, 3)}<button class="do">${say.open_now}</button></form></section>`;
}

// ---- what all see ----

const clock = (ms) => {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

function State({ view, say }) {
  const { room } = view;
  const left = useLeft(view);
  return html`<div class="state">
    <b class="code" data-code=${room.code}>${room.code}</b>
    <span>${room.round > 0 && say.round_of(room.round, room.rounds)}</span>
    <span class="phase" role="status" data-phase=${room.phase}>${room.is_paused ? say.paused : say[room.phase]}</span>
    ${room.phase === 'deciding' && html`<span class="clock" role="timer">${clock(left)}</span>`}
    ${room.phase === 'deciding' && html`<span class="missing">${room.missing ? say.missing(room.missing) : say.missing_none}</span>`}
  </div>
  ${room.text && html`<p class="line">${room.text}</p>`}`;
}

function Debrief({ room, say }) {
  if (!room.history.length) return null;
  return html`<${Ranking} room=${room} say=${say} /><${Trend} room=${room} say=${say} />
    <${Market} room=${room} say=${say} /><${Choices} room=${room} say=${say} />`;
}

// ---- a team ----

function Decision({ decision, value, set, say }) {
  const title = say.of(decision.title), id = `d-${decision.id}`;
  if (decision.choices) {
    return html`<fieldset><legend>${title}</legend>${decision.choices.map((choice, i) => html`<label class="pick-one">
      <input type="radio" name=${decision.id} value=${choice.id} checked=${value === i} onChange=${() => set(i)} />
      <span>${say.of(choice.title)}</span></label>`)}</fieldset>`;
  }
  const take = (event) => set(Number(event.target.value));
  return html`<div class="number-in"><label for=${id}>${title}</label>
    <input type="range" id=${id} name=${decision.id} min=${decision.least} max=${decision.most} step=${decision.step}
      value=${value} onInput=${take} aria-valuetext=${`${value} ${say.of(decision.unit)}`} />
    <output for=${id}><b>${value}</b> ${say.of(decision.unit)}</output>
    <span class="dim">${say.standard_is(decision.standard)}</span></div>`;
}

function Decisions({ view, token, take, say }) {
  const { room } = view;
  const seat = room.seats[room.own.seat], rules = rulesOf(room, seat);
  const [values, setValues] = useState(room.own.values);
  const [problem, setProblem] = useState('');
  useEffect(() => setValues(room.own.values), [room.round]);
  const decide = async (event) => {
    event.preventDefault();
    try {
      take(await ask('POST', `/v1/rooms/${room.code}/decide`, { values }, token));
      setProblem('');
    } catch (error) {
      setProblem(error.message);
    }
  };
  return html`<form class="card" onSubmit=${decide}>
    ${rules.decisions.map((decision) => html`<${Decision} decision=${decision} value=${values[decision.id]} say=${say}
      set=${(value) => setValues({ ...values, [decision.id]: value })} />`)}
    ${problem && html`<${Problem} text=${problem} />`}
    <button class="do" name="decide">${seat.has_decided ? say.decide_again : say.decide}</button>
    ${seat.has_decided && html`<p role="status">✓ ${say.decided}</p>`}</form>`;
}

function OwnResult({ room, say }) {
  const last = room.history[room.history.length - 1];
  if (!last) return null;
  const own = last.seats[room.own.seat];
  return html`<section class="card own"><h2>${say.your_result} · ${say.round_of(last.round, room.rounds)}</h2>
    <dl class="facts"><div><dt>${say.points}</dt><dd class="big">${own.points}</dd></div>
      <div><dt>${say.earned}</dt><dd>${yuan(own.result)}</dd></div>
      <div><dt>${say.usual}</dt><dd>${yuan(own.standard)}</dd></div></dl>
    ${own.by_bot && html`<p class="dim">${say.by_bot}</p>`}</section>`;
}

function Team({ view, token, take, say, leave }) {
  const { room } = view;
  const seat = room.seats[room.own.seat], rules = rulesOf(room, seat);
  return html`<${State} view=${view} say=${say} />
    <p><b>${seat.name}</b>${` · ${say.of(rules.title)}${room.seats.length > 5 ? ` · ${say.table} ${seat.table}` : ''} · ${seat.points} `}
      ${say.points}</p>
    <p class="dim">${say.of(rules.goal)}</p>
    ${room.phase === 'deciding' && html`<${Decisions} view=${view} token=${token} take=${take} say=${say} />`}
    <${OwnResult} room=${room} say=${say} />
    ${(room.phase === 'results' || room.phase === 'over') && html`<${Debrief} room=${room} say=${say} />`}
    <p><button type="button" class="quiet" onClick=${leave}>${say.leave}</button></p>`;
}

// ---- the facilitator ----

function Desk({ view, token, take, say }) {
  const { room, online } = view;
  const [problem, setProblem] = useState('');
  const act = async (body) => {
    try {
      take(await ask('POST', `/v1/rooms/${room.code}/do`, body, token));
      setProblem('');
    } catch (error) {
      setProblem(error.message);
    }
  };
  const button = (name, text, body, isMain) => html`<button type="button" name=${name} class=${isMain ? 'do' : 'quiet'}
    onClick=${() => act(body)}>${text}</button>`;
  const isDeciding = room.phase === 'deciding';
  const tell = (event) => {
    event.preventDefault();
    act({ do: 'say', text: String(new FormData(event.target).get('text')) });
  };
  return html`<${State} view=${view} say=${say} />
    ${problem && html`<${Problem} text=${problem} />`}
    <div class="row">
      ${room.phase === 'lobby' && button('start', say.start, { do: 'start' }, true)}
      ${isDeciding && button('close', say.close, { do: 'close' }, true)}
      ${isDeciding && (room.is_paused ? button('resume', say.resume, { do: 'resume' }) : button('pause', say.pause, { do: 'pause' }))}
      ${isDeciding && button('extend', say.extend, { do: 'extend', seconds: 30 })}
      ${room.phase === 'results' && button('next', room.round === room.rounds ? say.finish : say.next, { do: 'next' }, true)}
      ${room.phase !== 'over' && html`<label class="check"><input type="checkbox" checked=${room.waits_for_all}
        onChange=${(event) => act({ do: 'wait', all: event.target.checked })} /> ${say.wait_all}</label>`}
    </div>
    <p class="links"><a href=${`/room#${room.code}/show`} target="_blank" rel="noopener">${say.show}</a>
      <a href=${`/v1/rooms/${room.code}/export.csv`} download=${`${room.code}.csv`}>${say.csv}</a>
      <a href=${`/v1/rooms/${room.code}/report.html?lang=${say.lang}`} target="_blank" rel="noopener">${say.report}</a></p>
    <h2>${say.seats}</h2>
    <div class="wide" tabindex="0"><table class="seats"><thead><tr><th scope="col">${say.role}</th><th scope="col" class="text">${say.team}</th>
      <th scope="col" class="text">${say.status}</th><th scope="col">${say.points}</th><td></td></tr></thead>
      <tbody>${room.seats.map((seat) => html`<tr>
        <th scope="row">${room.seats.length > 5 && `${seat.table} · `}${say.of(rulesOf(room, seat).title)}</th>
        <td class="text">${seat.is_bot ? html`<span class="dim">${say.bot}</span>` : seat.name}</td>
        <td class="text">${seat.is_bot ? '–' : !online.includes(seat.seat) ? html`<span class="badge">${say.away}</span>`
          : isDeciding ? (seat.has_decided ? `✓ ${say.decided}` : say.thinking) : '·'}</td>
        <td class="number">${seat.points}</td>
        <td>${!seat.is_bot && html`<button type="button" class="quiet" aria-label=${`${say.free}: ${seat.name}`}
          onClick=${() => act({ do: 'free', seat: seat.seat })}>${say.free}</button>`}</td></tr>`)}</tbody></table></div>
    <form class="tell" onSubmit=${tell}><label>${say.line}<input name="text" maxlength="90" value=${room.text} /></label>
      <button class="quiet">${say.send}</button></form>
    <${Debrief} room=${room} say=${say} />`;
}

// ---- the projector ----

function Code({ text, label }) {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const size = code.getModuleCount(), dark = [];
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) if (code.isDark(y, x)) dark.push(`M${x + 4} ${y + 4}h1v1h-1z`);
  return html`<svg class="qr" viewBox=${`0 0 ${size + 8} ${size + 8}`} role="img" aria-label=${label} shape-rendering="crispEdges">
    <rect class="paper" width=${size + 8} height=${size + 8} /><path class="ink" d=${dark.join('')} /></svg>`;
}

function Show({ view, say }) {
  const { room } = view;
  const left = useLeft(view), address = `${location.origin}/room#${room.code}`;
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
  if (room.phase === 'lobby') {
    return html`<div class="poster"><${Code} text=${address} label=${`${say.join_at} ${address}`} />
      <div><p class="giant code" data-code=${room.code}>${room.code}</p><p>${say.join_at} <b>${address}</b></p>
        ${isLocal && html`<p class="dim small">${say.only_here}</p>`}
        <ul class="teams">${room.seats.filter((seat) => !seat.is_bot).map((seat) => html`<li>${seat.name} ·
          ${say.of(rulesOf(room, seat).title)}</li>`)}</ul></div></div>`;
  }
  return html`<${State} view=${view} say=${say} />
    ${room.phase === 'deciding' && html`<p class="giant clock">${clock(left)}</p>
      <ul class="teams">${room.seats.filter((seat) => !seat.is_bot).map((seat) => html`<li>${seat.has_decided ? '✓' : '…'}
        ${seat.name}</li>`)}</ul>`}
    ${room.phase === 'running' && html`<p class="giant">…</p>`}
    ${(room.phase === 'results' || room.phase === 'over') && html`<${Ranking} room=${room} say=${say} most=${10} />
      <${Market} room=${room} say=${say} />`}`;
}

// ---- which of them ----

function Room({ code, what, say, setPlace }) {
  const token = what === 'lead' ? kept(`lead.${code}`) : what === 'show' ? null : kept(`room.${code}`);
  const [view, error, take, isLate] = useRoom(code, token);
  const leave = () => {
    keep(`room.${code}`, null);
    setPlace('#');
  };
  if (view === null) return html`<${Problem} text=${say.gone} /><${Join} say=${say} setPlace=${setPlace} />`;
  if (!view) return html`<p role="status">…</p>`;
  const lost = (error || isLate) && html`<${Problem} text=${error ? say.lost : say.no_stream} />`;
  if (what === 'show') return html`${lost}<${Show} view=${view} say=${say} />`;
  if (view.as === 'leader') return html`${lost}<${Desk} view=${view} token=${token} take=${take} say=${say} />`;
  if (view.as === 'seat') return html`${lost}<${Team} view=${view} token=${token} take=${take} say=${say} leave=${leave} />`;
  return html`<${Join} say=${say} code=${code} setPlace=${setPlace} />`;
}

export function Rooms() {
  const [lang, setLang] = useLang();
  const [code, what, token] = usePlace();
  const say = sayIn(lang);
  const [turn, again] = useState(0); // a token that was just kept makes another room of the same address
  const setPlace = (hash) => {
    if (location.hash === hash) again(turn + 1);
    else location.hash = hash;
  };
  if (what === 'lead' && token) { // keep it, and take it out of the address
    keep(`lead.${code}`, token);
    history.replaceState(null, '', `#${code}/lead`);
  }
  const title = what === 'lead' ? say.lead : say.rooms;
  return html`<${Frame} page="rooms" title=${title} lang=${lang} setLang=${setLang}
    isBig=${what === 'show'}><h1>${title}</h1>
    ${code ? html`<${Room} key=${`${code}/${what}/${turn}`} code=${code.toUpperCase()} what=${what} say=${say} setPlace=${setPlace} />`
      : html`<div class="pair"><${Join} say=${say} setPlace=${setPlace} /><${Open} say=${say} setPlace=${setPlace} /></div>`}
  </${Frame}>`;
}
