// lesson: the page of a lesson: question, predictions, the run, the reveal, the debrief; on paper its handout.
// Addresses: /lesson, /lesson#ID.
import { useEffect, useState } from 'preact/hooks';
import { ask } from './ask.js';
import { lengthOf, linear } from './axis.js';
import { Frame, Problem } from './frame.js';
import { html, Figure, textSize } from './html.js';
import { Matrix } from './matrix.js';
import { useLang, usePlace } from './net.js';
import { sayIn } from './say.js';
import { BuildUp } from './waterfall.js';
import { wordsOf } from './words.js';

// ---- predictions ----

function Choices({ choices, votes, setVotes, answer, say }) {
  return html`<p class="dim not-paper">${!answer && say.vote_note}</p>${choices.map((choice, i) => {
    const text = say.of(choice.text), count = votes[choice.id] || 0;
    return html`<div class=${`vote${answer && answer.choice === choice.id ? ' right-one' : ''}`}>
      ${!answer && html`<button type="button" class="quiet" name=${`vote-${choice.id}`} aria-label=${`${say.vote} ${text}`}
        onClick=${() => setVotes({ ...votes, [choice.id]: count + 1 })}>+ 1</button>`}
      <span>${String.fromCharCode(97 + i)} · ${text}${answer && answer.choice === choice.id && ` ✓ ${say.right}`}</span>
      <output>${count > 0 && say.voted(count)}</output></div>`;
  })}`;
}

function Numbers({ number, votes, setVotes, answer, say }) {
  const list = votes.numbers || [];
  const unit = say[`unit_${number.unit}`];
  const off = (value) => Math.abs(value - Number(answer.number));
  const nearest = answer && list.length > 0 && Math.min(...list.map(off));
  const add = (event) => {
    event.preventDefault();
    setVotes({ numbers: [...list, Number(new FormData(event.target).get('number'))].sort((a, b) => a - b) });
    event.target.reset();
  };
  return html`<p>${say.from_to(number.least, number.most, unit)}</p>
    ${!answer && html`<form class="tell not-paper" onSubmit=${add}><label>${say.your_number}<input name="number" type="number" required
      step="any" min=${number.least} max=${number.most} /></label><button class="quiet">${say.add}</button></form>`}
    <ul>${list.map((value) => html`<li class=${answer && off(value) === nearest ? 'right-one' : ''}>${value} ${unit}
      ${answer && off(value) === nearest && ` ✓ ${say.nearest}`}</li>`)}</ul>`;
}

// ---- pictures ----

// A wide screen is a projector's.
const isBig = () => matchMedia('screen and (min-width: 1600px)').matches;

// Figures of all runs as bars, one group a figure: each has its own scale.
function Bars({ told, say }) {
  const wanted = told.debrief.figures || told.figures.map((figure) => figure.id);
  const figures = wanted.map((id) => told.figures.find((figure) => figure.id === id));
  const titles = told.arms.map((arm) => say.of(arm.title));
  const draw = (width) => {
    const size = textSize(), row = size * 2, head = size + 30;
    const names = Math.min(width * 0.45, size * 23), height = figures.length * (told.arms.length * row + head);
    return html`<svg class="chart runs" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img"
      aria-label=${say.of(told.debrief.title)}>${figures.map((figure, n) => {
      const top = n * (told.arms.length * row + head), values = figure.values.map((value) => Number(value.value));
      const scale = linear([Math.min(0, ...values), Math.max(0, ...values, 1e-6)], [0, Math.max(40, width - names - size * 8.5)]);
      return html`<g><text class="title" x="0" y=${top + size + 5}>${say.of(figure.title)}</text>
        ${figure.values.map((value, i) => {
          const y = top + size + 15 + i * row, from = Math.min(scale(0), scale(values[i])), to = Math.max(scale(0), scale(values[i]));
          return html`<text x="0" y=${y + row / 2} dy=".35em">${cut(titles[i], names, size)}</text>
            <rect class=${`block arm${i % 6}`} x=${names + from} y=${y + 4} width=${Math.max(1, to - from)} height=${row - 8} />
            <text class="amount" x=${names + to + 6} y=${y + row / 2} dy=".35em">${value[say.lang]}</text>`;
        })}</g>`;
    })}</svg>`;
  };
  return html`<${Figure} say=${say.of(told.debrief.title)} draw=${draw} words=${say} />`;
}

// A text that fits into so many pixels.
function cut(text, width, size) {
  const wide = lengthOf(text, size);
  return wide <= width - 8 ? text : `${[...text].slice(0, Math.floor((width - 20) / (wide / [...text].length)))
    .join('')}…`;
}

function Picture({ told, say }) {
  const words = wordsOf(say.lang, told.names), kind = told.debrief.chart;
  if (kind === 'bars') return html`<${Bars} told=${told} say=${say} />`;
  return html`<p>${say.of(told.debrief.title)}</p>${told.arms.map(({ title, summary }) => html`<section><h3>${say.of(title)}</h3>
    ${kind === 'matrix' ? html`<${Matrix} nodes=${summary.matrix} placed=${summary.placed_by_column} currency=${summary.base_currency}
      words=${words} />` : html`<${BuildUp} channels=${summary.channels} currency=${summary.base_currency} words=${words} />`}</section>`)}`;
}

function Figures({ told, say }) {
  return html`<div class="wide" tabindex="0"><table class="figures"><thead><tr><td></td>${told.arms.map((arm) => html`<th scope="col">
    ${say.of(arm.title)}</th>`)}</tr></thead><tbody>${told.figures.map((figure) => html`<tr><th scope="row">${say.of(figure.title)}</th>
      ${figure.values.map((value) => html`<td class="number">${value[say.lang]}</td>`)}</tr>`)}</tbody></table></div>`;
}

// ---- a lesson ----

function Reveal({ told, say }) {
  return html`<section aria-live="polite"><h2>${say.answer}</h2><p class="answer">${told.answer[say.lang]}</p>
      <p>${say.of(told.reveal)}</p></section>
    <section><${Picture} told=${told} say=${say} /></section>
    <section><h2>${say.figures}</h2><${Figures} told=${told} say=${say} /></section>
    <section><h2>${say.discuss}</h2><ol>${told.discussion.map((text) => html`<li>${say.of(text)}</li>`)}</ol></section>
    <details class="not-paper"><summary>${say.hints}</summary><ul>${told.trainer.map((text) => html`<li>${say.of(text)}</li>`)}</ul></details>
    <details class="not-paper"><summary>${say.repeat}</summary>${told.arms.map((arm) => html`<p>${say.of(arm.title)}<br />
      <code>${arm.command}</code></p>`)}</details>`;
}

function Lesson({ id, say }) {
  const [asked, setAsked] = useState(null);
  const [told, setTold] = useState(null);
  const [votes, setVotes] = useState({});
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState('');
  useEffect(() => { ask('GET', `/v1/lessons?id=${encodeURIComponent(id)}`).then(setAsked, (error) => setProblem(error.message)); }, [id]);
  const run = async () => {
    setRunning(true);
    try {
      setTold(await ask('GET', `/v1/reveal?id=${encodeURIComponent(id)}`));
    } catch (error) {
      setProblem(error.message);
    }
    setRunning(false);
  };
  if (problem) return html`<${Problem} text=${problem} />`;
  if (!asked) return html`<p role="status">…</p>`;
  const answer = told && told.answer;
  return html`<p class="dim">${say.minutes_of(asked.flow, asked.minutes)}</p><h2 class="lesson-title">${say.of(asked.title)}</h2>
    <section><h3>${say.story}</h3><p>${say.of(asked.story)}</p></section>
    <section><h3>${say.law}</h3><ul>${asked.law.map((text) => html`<li>${say.of(text)}</li>`)}</ul></section>
    <section class="card"><h2>${say.question}</h2><p><b>${say.of(asked.question)}</b></p>
      ${asked.choices ? html`<${Choices} choices=${asked.choices} votes=${votes} setVotes=${setVotes} answer=${answer} say=${say} />`
        : html`<${Numbers} number=${asked.number} votes=${votes} setVotes=${setVotes} answer=${answer} say=${say} />`}
      ${!told && html`<div class="only-paper"><p>${say.because}:</p><div class="rule"></div><div class="rule"></div></div>`}
    </section>
    <p class="row">${!told && html`<button type="button" class="do" name="run" disabled=${isRunning} onClick=${run}>
        ${isRunning ? say.is_running : say.run}</button>`}
      <button type="button" class="quiet" name="print" onClick=${() => print()}>${say.handout}</button></p>
    ${told ? html`<${Reveal} told=${told} say=${say} />`
      : html`<section><h3>${say.runs}</h3><ul>${asked.arms.map((arm) => html`<li>${say.of(arm.title)}</li>`)}</ul></section>
        <div class="only-paper"><h3>${say.take_along}</h3><div class="rule"></div><div class="rule"></div></div>`}
    <p class="not-paper"><a href="#">${say.back}</a></p>`;
}

function List({ say }) {
  const [lessons, setLessons] = useState([]);
  const [problem, setProblem] = useState('');
  useEffect(() => { ask('GET', '/v1/lessons').then((list) => setLessons(list.lessons), (error) => setProblem(error.message)); }, []);
  return html`${problem && html`<${Problem} text=${problem} />`}<ul class="lesson-list">${lessons.map((lesson) => html`<li>
    <a href=${`#${lesson.id}`}><b>${say.of(lesson.title)}</b><span class="dim">${say.minutes_of(lesson.flow, lesson.minutes)}</span>
      <span class="goal"><br />${say.of(lesson.goal)}</span></a></li>`)}</ul>`;
}

export function Lessons() {
  const [lang, setLang] = useLang();
  const [id] = usePlace();
  const say = sayIn(lang);
  return html`<${Frame} page="lessons" title=${say.lessons} lang=${lang} setLang=${setLang} isBig=${isBig()}><h1>${say.lessons}</h1>
    ${id ? html`<${Lesson} key=${id} id=${id} say=${say} />` : html`<${List} say=${say} />`}</${Frame}>`;
}
