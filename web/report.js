// report: puts charts before the tables of report.html, from the JSON that stands in the page; languages and looks.
import { html, render } from './html.js';
import { Curve } from './curve.js';
import { Effect, Overview } from './effect.js';
import { Lead } from './lead.js';
import { Matrix } from './matrix.js';
import { Revenue } from './revenue.js';
import { Money } from './sankey.js';
import { Tornado } from './tornado.js';
import { BuildUp } from './waterfall.js';
import { wordsOf } from './words.js';

// Verb -> id of a section -> what is drawn there, from: result (the document of the verb), words, and beside: the
// tables of the section, which go behind the drawing where a view takes them; else they stay below it.
const VIEWS = {
  run: {
    matrix: ({ result, words }) => html`<${Matrix} nodes=${result.matrix} placed=${result.placed_by_column}
      currency=${result.base_currency} words=${words} />`,
    money: ({ result, words }) => html`<${Money} order=${result.average_order} currency=${result.base_currency} words=${words} />`,
    channels: ({ result, words }) => html`<${BuildUp} channels=${result.channels} currency=${result.base_currency} words=${words} />`,
    lead: ({ result, ...rest }) => html`<${Lead} channels=${result.channels} ...${rest} />`,
    treasuries: ({ result, ...rest }) => html`<${Revenue} treasuries=${result.treasuries} currency=${result.base_currency}
      ...${rest} />`,
  },
  curve: {
    points: ({ result, ...rest }) => html`<${Curve} curve=${result} ...${rest} />`,
  },
  sweep: {
    output: ({ result, number, ...rest }) => html`<${Tornado} effect=${result.effects[number - 1]} axes=${result.axes} ...${rest} />`,
  },
  compare: {
    overview: ({ result, ...rest }) => html`<${Overview} reforms=${result.reforms} currency=${result.base_currency} ...${rest} />`,
    reform: ({ result, number, ...rest }) => html`<${Effect} reform=${result.reforms[number - 1]}
      currency=${result.base_currency} ...${rest} />`,
  },
};

const page = JSON.parse(document.getElementById('data').textContent);
const root = document.documentElement;
const places = new Map(); // section -> where its view is drawn, and its tables

function placeOf(section) {
  if (!places.has(section)) {
    const place = document.createElement('div');
    const beside = [...section.querySelectorAll(':scope > .wide, :scope > .narrow, :scope > .by-kind')];
    const instead = section.querySelector(':scope > .matrix'); // for readers without scripts
    section.insertBefore(place, instead || beside[0] || null);
    if (instead) instead.remove();
    places.set(section, { place, beside });
  }
  return places.get(section);
}

function show() {
  const words = wordsOf(root.lang, page.names);
  for (const section of document.querySelectorAll('section[data-view]')) {
    const [name, number] = section.dataset.view.split('-'); // the second of several: "reform-2"
    const view = VIEWS[page.verb][name];
    if (!view) continue;
    const { place, beside } = placeOf(section);
    render(view({ result: page.result, number, beside, words }), place);
  }
  render(html`<${Looks} words=${words} />`, looks);
  document.title = `${document.querySelector('h1').innerText} · tradeloom`;
}

// Dark or light: as the reader's system is, until a choice is made.
function Looks({ words }) {
  const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : system.matches;
  const turn = () => {
    root.dataset.theme = isDark ? 'light' : 'dark';
    show();
  };
  return html`<button type="button" class="quiet" onClick=${turn}>${isDark ? words.light : words.dark}</button>`;
}

const system = matchMedia('(prefers-color-scheme: dark)');
system.addEventListener('change', show);
const looks = document.createElement('span');
document.querySelector('.picks').append(looks);
for (const lang of ['en', 'zh']) {
  const pick = document.getElementById(`pick-${lang}`);
  pick.addEventListener('change', () => {
    root.lang = lang;
    show();
  });
  if (pick.checked) root.lang = lang; // a browser may keep the choice over a reload
}
show();
