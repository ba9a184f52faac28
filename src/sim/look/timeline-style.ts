/** How diagrams look, in the light and in the dark. */

const LIGHT = `--paper:#fff;--ink:#1b1f24;--faint:#6a737d;--line:#d8dee4;--grid:#eef1f4;--bad:#c4231c;--good:#1a7f37;--band:#d4a72c;
--c0:#0b62c4;--c1:#a63a00;--c2:#1b7a3d;--c3:#7b3bb5;--c4:#b01a6b;--c5:#00707e;--c6:#7d5a00;--c7:#4a5560`;
const DARK = `--paper:#14181d;--ink:#e4e8ec;--faint:#97a1ab;--line:#3a424b;--grid:#20262d;--bad:#ff7a70;--good:#57c776;--band:#d9ae3a;
--c0:#6cb0ff;--c1:#ff9a5c;--c2:#63cf85;--c3:#c79bff;--c4:#ff86bd;--c5:#4fd0de;--c6:#e0b84c;--c7:#b4bfca`;

/** The style of a diagram, inside an element of the class "timeline". */
export const DIAGRAM_STYLE: string = `.timeline{${LIGHT}}
@media (prefers-color-scheme:dark){.timeline{${DARK}}}
.timeline text{font:12px ui-sans-serif,system-ui,sans-serif;fill:var(--ink)}
.paper{fill:var(--paper)}
.lanes path{stroke:var(--line);stroke-width:2;fill:none}
.names text{font-weight:600;font-size:13px;text-anchor:middle}
.grid path{stroke:var(--grid);fill:none}
.axis text{text-anchor:end;fill:var(--faint);font-size:11px;font-variant-numeric:tabular-nums}
.axis .gap{font-style:italic}
${Array.from({ length: 8 }, (_, n) => `.packet.c${n}{--own:var(--c${n})}`).join("")}
.packet .line{stroke:var(--own);stroke-width:1.5;fill:none}
.packet .tip{fill:var(--own);stroke:none}
.packet .label{text-anchor:middle;fill:var(--own)}
.packet .after{fill:var(--own)}
.packet.udp .line{stroke-dasharray:6 3}
.packet.unix .line{stroke-dasharray:2 3}
.packet.underway .line{opacity:.6}
.packet .cross{stroke:var(--bad);stroke-width:2;fill:none}
.packet .why{fill:var(--bad)}
.timeline text{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
.band rect{fill:var(--band);fill-opacity:.16;stroke:var(--band);stroke-opacity:.5;stroke-dasharray:3 3}
.band.down rect{fill:var(--bad);fill-opacity:.3;stroke:none}
.band.paused rect{fill:var(--faint);fill-opacity:.35;stroke:none}
.mark path{fill:var(--ink);stroke:var(--paper);stroke-width:1}
.mark.crash path{stroke:var(--bad);stroke-width:3;fill:none}
.mark.heal path{stroke:var(--good);stroke-width:3;fill:none}
.mark.boot path{fill:var(--good)}
.mark.fault path{fill:var(--band)}
.mark.error path{fill:var(--bad)}
.mark.error text{fill:var(--bad);font-weight:600}
.selected .line,.mark.selected path,.band.selected rect{stroke-width:4;stroke-opacity:1}
.selected text{font-weight:700}`;

/** The style of a page around it. */
export const PAGE_STYLE: string = `:root{color-scheme:light dark}
*{box-sizing:border-box}
html,body{height:100%;margin:0}
body{display:flex;flex-direction:column;font:14px ui-sans-serif,system-ui,sans-serif;background:var(--paper);color:var(--ink)}
header{padding:8px 12px;border-bottom:1px solid var(--line);display:flex;flex-wrap:wrap;gap:6px 14px;align-items:center}
h1{font-size:16px;margin:0;overflow-wrap:anywhere}
fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:2px 10px}
legend{float:left;padding:0;font-weight:600;margin-right:8px}
label{white-space:nowrap}
button,input,select{font:inherit;color:inherit;background:var(--grid);border:1px solid var(--faint);border-radius:4px;padding:2px 8px}
select[multiple]{vertical-align:middle;height:4.2em;min-width:9em}
:focus-visible{outline:3px solid var(--c0);outline-offset:1px}
main{flex:1;min-height:0;display:flex}
svg{flex:1;min-width:0;height:100%;display:block;touch-action:none;cursor:default}
aside{width:24em;max-width:45%;overflow:auto;border-left:1px solid var(--line);padding:10px 12px}
dl{display:grid;grid-template-columns:auto 1fr;gap:3px 10px;margin:0 0 10px}
dt{color:var(--faint)}
dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
pre{font:12px ui-monospace,monospace;overflow:auto}
kbd{font:12px ui-monospace,monospace;border:1px solid var(--faint);border-radius:3px;padding:0 3px}
#status{margin-left:auto;color:var(--faint)}
details{flex-basis:100%}
@media (max-width:700px){main{flex-direction:column}aside{width:auto;max-width:none;max-height:40%;border-left:0;border-top:1px solid var(--line)}}`;
