import { CHART_RULES, colourRules } from '../charts/theme.ts';

/** The page's style: set like a printed report; light, dark and paper; one column that works from 320 pixels up. */
export const PAGE_STYLE = [
  colourRules(':root'),
  CHART_RULES,
  `
:root{color-scheme:light dark;--measure:41rem;--serif:"Iowan Old Style","Charter","Source Serif 4","Palatino Linotype",Palatino,Georgia,"Noto Serif",serif;--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans",sans-serif;--mono:ui-monospace,"SF Mono","Cascadia Mono","JetBrains Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--sw-paper);color:var(--sw-ink);font:400 1.0625rem/1.6 var(--serif);font-variant-numeric:lining-nums;overflow-wrap:break-word;hanging-punctuation:first last}
main{max-width:62rem;margin:0 auto;padding:3.5rem 1.5rem 5rem}
p,ul,ol,.callout,details,pre{max-width:var(--measure)}
details:has(table),details:has(figure){max-width:none}
p{margin:0 0 1em;text-wrap:pretty}
h1,h2,h3{line-height:1.2;text-wrap:balance;font-weight:600;break-after:avoid}
h1{font-size:1rem;font-family:var(--sans);color:var(--sw-muted);font-weight:500;margin:0 0 1.25rem}
h2{font-size:1.45rem;margin:3.25rem 0 .9rem}
h3{font-size:1.1rem;margin:2rem 0 .6rem}
ul,ol{margin:0 0 1em;padding-left:1.25em}
li{margin:.25em 0}
a{color:var(--sw-candidate);text-decoration-thickness:1px;text-underline-offset:.18em}
a:focus-visible,summary:focus-visible{outline:2px solid var(--sw-candidate);outline-offset:2px;border-radius:2px}
code,pre{font-family:var(--mono);font-size:.84em;unicode-bidi:isolate}
code{background:var(--sw-band);border-radius:3px;padding:.08em .3em;overflow-wrap:anywhere;-webkit-box-decoration-break:clone;box-decoration-break:clone}
pre{background:var(--sw-band);border-radius:6px;padding:.9rem 1rem;overflow-x:auto;line-height:1.45}
.muted{color:var(--sw-muted)}
.good{color:var(--sw-good)}.bad{color:var(--sw-bad)}.caution{color:var(--sw-caution)}.neutral{color:var(--sw-neutral)}
.badge{font-family:var(--sans);font-weight:600;font-size:.94em;white-space:nowrap}
.verdict{margin:0 0 2.5rem;padding:0 0 2rem;border-bottom:1px solid var(--sw-grid)}
.verdict .word{display:inline-block;font:700 .8125rem/1 var(--sans);letter-spacing:.08em;text-transform:uppercase;border:1.5px solid currentColor;border-radius:4px;padding:.42em .65em;margin:0 0 1rem}
.verdict .headline{font-size:clamp(1.7rem,1.2rem + 2.2vw,2.5rem);line-height:1.15;font-weight:600;letter-spacing:-.012em;margin:0 0 1rem;max-width:22em;text-wrap:balance}
.verdict .numbers{font-size:1.125rem;margin:0}
.callout{border-left:3px solid currentColor;padding:.1rem 0 .1rem 1.1rem;margin:1.5rem 0}
.callout>.callout-title{font-family:var(--sans);font-weight:600;font-size:.95rem;margin:0 0 .35rem}
.callout>:not(.callout-title){color:var(--sw-ink)}
.callout>:last-child{margin-bottom:0}
figure{margin:1.25rem 0 2rem;break-inside:avoid}
figcaption{font-family:var(--sans);font-size:.92rem;line-height:1.4;margin:0 0 .6rem;max-width:var(--measure)}
figcaption b{font-weight:600}
figcaption span{color:var(--sw-muted)}
svg.sw-chart{display:block;max-width:100%;height:auto;overflow:visible}
.narrow{display:none!important}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17.5rem),1fr));gap:0 1.5rem;row-gap:0;margin:1.25rem 0 2rem}
.charts figure{margin:0 0 1.75rem;display:grid;grid-template-rows:subgrid;grid-row:span 2;align-content:start;gap:0}
.scroll{overflow-x:auto;margin:1.1rem 0 2rem;max-width:100%}
.scroll:focus-visible{outline:2px solid var(--sw-candidate);outline-offset:2px}
table{border-collapse:collapse;font:400 .9rem/1.4 var(--sans);font-variant-numeric:tabular-nums lining-nums;min-width:min(100%,24rem)}
caption{text-align:left;font-size:.92rem;padding:0 0 .6rem;color:var(--sw-muted)}
th,td{text-align:left;vertical-align:baseline;padding:.42rem .55rem;border-bottom:1px solid var(--sw-grid)}
th:first-child,td:first-child{padding-left:0}
th:last-child,td:last-child{padding-right:0}
th{font-weight:600;font-size:.82rem;color:var(--sw-muted);border-bottom:1.5px solid var(--sw-axis);white-space:nowrap;vertical-align:bottom}
tbody th{vertical-align:baseline;font-weight:400;font-size:inherit;color:inherit;border-bottom:1px solid var(--sw-grid);white-space:normal}
.right{text-align:right}.center{text-align:center}
td.right{white-space:nowrap}
td code,th code{background:none;padding:0;overflow-wrap:break-word}
dl{display:grid;grid-template-columns:minmax(7rem,max-content) minmax(0,1fr);gap:.4rem 1.5rem;margin:1rem 0 1.5rem;font:400 .9rem/1.45 var(--sans);font-variant-numeric:tabular-nums lining-nums;max-width:52rem}
dt{color:var(--sw-muted)}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
details{margin:1rem 0;border-top:1px solid var(--sw-grid);padding-top:.7rem}
summary{font-family:var(--sans);font-weight:600;font-size:.95rem;cursor:pointer}
details[open]>summary{margin-bottom:.9rem}
@media (max-width:46rem){body{font-size:1rem}main{padding:1.75rem 1.1rem 3rem}.wide{display:none!important}.narrow{display:block!important}h2{margin-top:2.5rem}dl{grid-template-columns:1fr;gap:.05rem}dd{margin-bottom:.6rem}.verdict{margin-bottom:1.75rem;padding-bottom:1.5rem}}
@media print{@page{margin:18mm 16mm}body{font-size:10.5pt;background:#fff}main{max-width:none;padding:0}h2{margin-top:1.8rem}.scroll{overflow:visible}a{color:inherit;text-decoration:none}details::details-content{content-visibility:visible;display:block}tr,.callout,.verdict{break-inside:avoid}thead{display:table-header-group}.charts{grid-template-columns:repeat(3,1fr);gap:0 1rem}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}`,
].join('\n');
