package document

// htmlStyle is the look of the page: one readable column, a serif for the
// text, a sans for headings and tables, one dark blue. Contrast of every pair
// of colours is above 7:1 on white. Print drops colour from the text, repeats
// table headers and spells out addresses.
const htmlStyle = `:root{color-scheme:light;--ink:#1c1c1c;--quiet:#4a4f57;--accent:#1b365d;--line:#c4c9d1;--wash:#f3f5f8;
--serif:Cambria,Caladea,"Liberation Serif","Noto Serif","Noto Serif CJK JP","Yu Mincho",Georgia,serif;
--sans:Calibri,Carlito,"Liberation Sans","Noto Sans","Noto Sans CJK JP","Yu Gothic",Arial,sans-serif}
*{box-sizing:border-box}
html{font-size:106.25%;-webkit-text-size-adjust:100%}
body{margin:0;background:#fff;color:var(--ink);font-family:var(--serif);line-height:1.6}
main{max-width:44rem;margin:0 auto;padding:3.5rem 1.25rem 5rem;overflow-wrap:break-word}
h1,h2,h3,h4,dt,table,figcaption,.subtitle,.callout-title,.notes{font-family:var(--sans)}
h1,h2,h3,h4{color:var(--accent);line-height:1.25;text-wrap:balance}
h1{font-size:1.9rem;margin:0 0 .4rem}
h2{font-size:1.35rem;margin:2.8rem 0 .8rem}
h3{font-size:1.12rem;margin:2rem 0 .5rem}
h4{font-size:1rem;margin:1.5rem 0 .4rem}
p,ul,ol{margin:0 0 1rem}
ul,ol{padding-inline-start:1.5rem}
li{margin:.25rem 0}
li>ul,li>ol{margin:.25rem 0}
a{color:var(--accent);text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.15em}
a:focus-visible,.table:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
:target{background:var(--wash);outline:2px solid var(--line)}
code{font-family:Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;font-size:.88em;overflow-wrap:anywhere}
sup{font-family:var(--sans);font-size:.7em;line-height:0;vertical-align:.45em;white-space:nowrap}
sup a{padding:.3em .08em;text-decoration:none}
sup a:hover,sup a:focus{text-decoration:underline}
sup+sup{margin-inline-start:.25em}
.subtitle{font-size:1.12rem;color:var(--quiet);margin:0 0 1.4rem}
.meta{margin:1.4rem 0 2.2rem;padding:.8rem 0;border-top:2px solid var(--accent);border-bottom:1px solid var(--line);font-size:.92rem}
.meta div{display:grid;grid-template-columns:9.5rem 1fr;gap:0 1rem;padding:.12rem 0}
.meta dt{color:var(--quiet)}
.meta dd{margin:0;overflow-wrap:anywhere}
blockquote{margin:1.2rem 0;padding-inline-start:1.2rem;border-inline-start:1px solid var(--line);color:var(--quiet)}
.callout{margin:1.5rem 0;padding:.9rem 1.2rem .1rem;background:var(--wash);border-inline-start:4px solid var(--accent)}
.callout-title{font-weight:700;color:var(--accent);margin-bottom:.3rem}
.table{margin:1.5rem 0 2rem;overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.88rem;line-height:1.4;border-bottom:1.5px solid var(--accent)}
caption{text-align:start;font-weight:700;color:var(--accent);padding-bottom:.5rem}
th,td{text-align:start;vertical-align:top;padding:.5rem .9rem .5rem 0;border-top:1px solid var(--line);font-weight:400;overflow-wrap:normal}
th:last-child,td:last-child{padding-inline-end:0}
thead th,thead td{font-weight:700;vertical-align:bottom;border-top:1.5px solid var(--accent);border-bottom:1.5px solid var(--accent)}
.group th{font-weight:700;color:var(--accent);padding-top:1.1rem}
.centre{text-align:center}
.end{text-align:end;font-variant-numeric:tabular-nums}
figure{margin:1.8rem 0}
img{max-width:100%;height:auto}
figcaption{font-size:.88rem;color:var(--quiet);margin-top:.5rem}
.notes{margin-top:3.5rem;border-top:1px solid var(--line);font-size:.88rem;line-height:1.5}
.notes h2{font-size:1.12rem;margin-top:1.4rem}
.notes li{margin:.5rem 0;overflow-wrap:anywhere}
@media (max-width:34rem){main{padding-top:2rem}h1{font-size:1.55rem}.meta div{grid-template-columns:1fr}.wide table{min-width:30rem}}
@page{size:A4;margin:24mm 24mm 26mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt sans-serif}}
@media print{html{font-size:10.5pt}body{color:#000}main{max-width:none;padding:0}
h1,h2,h3,h4,caption,.callout-title,.group th{color:#000;break-after:avoid}
a{color:#000}a.u[href]::after{content:" <" attr(href) ">";font-size:.9em;overflow-wrap:anywhere}
.table{overflow:visible}.wide table{min-width:0}thead{display:table-header-group}tr,figure,.callout{break-inside:avoid}
p,li{orphans:2;widows:2}.page-break{break-after:page}.callout{background:none;border:1px solid #000;border-inline-start-width:4px}
[role=doc-backlink]{display:none}}
`
