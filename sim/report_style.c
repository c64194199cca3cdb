/* report_style: the looks of report.html: one hue per layer, heat by lightness, an 8-pixel grid. Every text has
 * a contrast of at least 4.5 : 1 to its ground, light and dark. */
#include "sim/report.h"

#include <stddef.h>

const char *const report_style[] = {
    ":root{color-scheme:light dark;--ground:#fff;--ink:#17171c;--dim:#5b5b66;--line:#dcdce4;--panel:#f6f6f9;"
    "--accent:#0b6e4f;--bad:#a3180f;"
    "--law:#6d3fd1;--law1:#f6f3ff;--law2:#e9e1ff;--law3:#d9ccff;--law4:#c4b0ff;"
    "--trade:#1c5fbf;--trade1:#f0f6ff;--trade2:#dbeaff;--trade3:#bfdaff;--trade4:#9cc6ff;"
    "--logistics:#8a5a00;--logistics1:#fff9ee;--logistics2:#ffedcc;--logistics3:#ffdc96;"
    "--logistics4:#fcc75a}\n"
    "@media(prefers-color-scheme:dark){:root{--ground:#121216;--ink:#f1f1f5;--dim:#a9a9b6;--line:#33333d;"
    "--panel:#1b1b21;--accent:#5fd3a8;--bad:#ff9d94;"
    "--law:#b79cff;--law1:#1f1b2c;--law2:#2c2446;--law3:#3d3063;--law4:#523f88;"
    "--trade:#86b8ff;--trade1:#172130;--trade2:#1c2f4b;--trade3:#234069;--trade4:#2b548c;"
    "--logistics:#ffc24d;--logistics1:#272012;--logistics2:#3c2e13;--logistics3:#563f12;"
    "--logistics4:#72510d}}\n"
    "*{box-sizing:border-box}"
    "body{margin:0 auto;padding:24px 32px 48px;max-width:1120px;background:var(--ground);color:var(--ink);"
    "font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans CJK SC','PingFang SC',"
    "'Microsoft YaHei',sans-serif;font-variant-numeric:tabular-nums}\n"
    "h1{font-size:28px;line-height:1.25;margin:8px 0}h2{font-size:20px;margin:48px 0 0}"
    "p{margin:8px 0 16px;max-width:76ch}.dim,.source{color:var(--dim)}.source{font-size:13px}"
    ".badge{color:var(--bad);font-weight:600}\n",
    /* languages: two radio buttons in front of everything decide what is shown */
    ".pick{position:absolute;opacity:0}.picks{float:right;display:flex;gap:8px}"
    ".picks label{padding:4px 12px;border:1px solid var(--line);border-radius:16px;cursor:pointer;"
    "color:var(--dim)}\n"
    "#pick-en:checked~main [lang=zh],#pick-zh:checked~main [lang=en]{display:none}"
    "#pick-en:checked~main .to-en,#pick-zh:checked~main .to-zh{color:var(--ink);border-color:var(--ink)}"
    "#pick-en:focus-visible~main .to-en,#pick-zh:focus-visible~main .to-zh{outline:2px solid "
    "var(--accent)}\n",
    /* the matrix */
    ".matrix{display:grid;grid-template-columns:112px repeat(3,minmax(0,1fr));gap:4px;align-items:stretch}"
    ".column{padding:8px 12px 4px}.column b{display:block}.column>span{color:var(--dim);font-size:13px}"
    ".layer{padding:12px 0;font-weight:700}.layer.law{color:var(--law)}.layer.trade{color:var(--trade)}"
    ".layer.logistics{color:var(--logistics)}\n"
    ".node{padding:12px;border-radius:4px;background:var(--panel);min-height:112px}"
    ".node summary{cursor:pointer;list-style:none}.node summary::-webkit-details-marker{display:none}"
    "summary .name::before{content:'+';float:right;padding-left:8px;color:var(--ink);opacity:.75}"
    "[open]>summary .name::before{content:'−'}"
    ".node .name{display:block;font-size:13px;line-height:1.35}"
    ".node .sum{display:block;font-size:22px;font-weight:650;margin-top:4px}"
    ".node .more{display:block;font-size:13px}.node .more span{white-space:nowrap}"
    ".node.none{color:var(--dim)}.node table{font-size:13px;margin-top:8px}"
    ".node td,.node th{border-color:rgba(128,128,128,.35);padding:2px 0}"
    ".node tr>:first-child{padding-right:8px}\n"
    ".law1{background:var(--law1)}.law2{background:var(--law2)}.law3{background:var(--law3)}"
    ".law4{background:var(--law4)}.trade1{background:var(--trade1)}.trade2{background:var(--trade2)}"
    ".trade3{background:var(--trade3)}.trade4{background:var(--trade4)}"
    ".logistics1{background:var(--logistics1)}.logistics2{background:var(--logistics2)}"
    ".logistics3{background:var(--logistics3)}.logistics4{background:var(--logistics4)}\n",
    /* tables */
    ".wide{overflow-x:auto;margin:0 -8px;padding:0 8px}.narrow{max-width:640px;overflow-x:auto}"
    /* a name in Chinese may break anywhere: not after every character */
    ".wide th:first-child,.narrow th:first-child{min-width:6em}"
    ".by-kind{margin-top:24px}.by-kind th:first-child{width:30%}.by-kind td.number{width:14em}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{padding:6px 12px 6px 0;text-align:right;vertical-align:top;border-bottom:1px solid var(--line);"
    "font-weight:400}"
    "th:first-child,td:first-child,.text{text-align:left}thead th{color:var(--dim);font-size:13px;"
    "vertical-align:bottom}"
    "td.number,.number{white-space:nowrap}.total td,.total th{font-weight:650}"
    ".kinds{text-align:left;color:var(--dim);font-size:13px}"
    "code{font:13px/1.5 ui-monospace,'SFMono-Regular',Menlo,'DejaVu Sans Mono',monospace;"
    "overflow-wrap:anywhere}\n"
    "@media(max-width:720px){body{padding:16px 12px 32px}.picks{float:none;justify-content:flex-end}"
    "h1{font-size:22px}h2{margin-top:32px}"
    ".matrix{grid-template-columns:repeat(3,minmax(0,1fr))}.corner{display:none}"
    ".layer{grid-column:1/-1;padding:8px 0 0}.column{padding:8px 4px 0;font-size:14px}"
    ".node{padding:8px;min-height:96px}.node .name{font-size:12px}.node .sum{font-size:16px;"
    "overflow-wrap:anywhere}.node .more{font-size:12px}"
    ".node[open]{grid-column:1/-1}th,td{font-size:14px}.by-kind tr{display:grid;"
    "grid-template-columns:1fr auto;border-bottom:1px solid var(--line)}.by-kind th,.by-kind td{border:0;"
    "padding:4px 0}.by-kind .kinds{grid-column:1/-1;padding:0 0 8px}.by-kind th:first-child,"
    ".by-kind td.number{width:auto}}\n"
    "@media print{:root{color-scheme:light}.picks{display:none}body{max-width:none}"
    ".node{border:1px solid #999}}\n",
    NULL,
};
