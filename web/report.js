// report: puts charts before the tables of report.html, from the JSON that stands in the page; languages and looks.
import { html, render } from './html.js';
import { Matrix } from './matrix.js';
import { Money } from './sankey.js';
import { wordsOf } from './words.js';

// Verb -> view (the data-view of a section) -> what is drawn there. A view may take the place of what was written
// for readers without scripts (instead: a selector).
const VIEWS = {
  run: {
    matrix: {
      instead: '.matrix',
      draw: ({ result, words }) => html`<${Matrix} nodes=${result.matrix} placed=${result.placed_by_column}
        currency=${result.base_currency} words=${words} />`,
    },
    money: {
      draw: ({ result, words }) => html`<${Money} order=${result.average_order} currency=${result.base_currency} words=${words} />`,
    },
  },
};

const page = JSON.parse(document.getElementById('data').textContent);
const root = document.documentElement;

function show() {
  const words = wordsOf(root.lang, page.names);
  for (const section of document.querySelectorAll('section[data-view]')) {
    const view = VIEWS[page.verb][section.dataset.view];
    if (!view) continue;
    let place = section.querySelector(':scope > .view');
    if (!place) {
      place = document.createElement('div');
      place.className = 'view';
      const old = view.instead && section.querySelector(view.instead);
      if (old) old.replaceWith(place);
      else section.insertBefore(place, section.querySelector(':scope > .wide, :scope > .narrow, :scope > .by-kind'));
    }
    render(view.draw({ result: page.result, words }), place);
  }
}

for (const lang of ['en', 'zh']) {
  const pick = document.getElementById(`pick-${lang}`);
  const take = () => {
    root.lang = lang;
    show();
  };
  pick.addEventListener('change', take);
  if (pick.checked) root.lang = lang; // a browser may keep the choice over a reload
}
show();
