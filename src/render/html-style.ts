/** Style of the html report, inlined: the page must stand alone. */
export const STYLE_SHEET = `
:root{--ink:#1d2329;--soft:#5b6570;--line:#d8dee4;--paper:#fff;--wash:#f4f6f8;--bad:#b42318;--warn:#93590a;--good:#1a7f4b}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaee;--soft:#9aa5b1;--line:#343c45;--paper:#14181c;--wash:#1d2328;--bad:#ff8a7a;--warn:#f0b45c;--good:#5fce97}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
header,main{max-width:62rem;margin:0 auto;padding:1rem 1.25rem}
h1{font-size:1.5rem;margin:.5rem 0 0}header p,.meta,.expect{color:var(--soft);margin:.2rem 0 .8rem}
article{border:1px solid var(--line);border-left:.4rem solid var(--warn);border-radius:.4rem;padding:1rem 1.25rem;margin:0 0 1.5rem}
article.confirmed{border-left-color:var(--bad)}
h2{font-size:1.2rem;margin:0 0 .3rem;overflow-wrap:anywhere}h3{font-size:1rem;margin:1.2rem 0 .4rem}h4{font-size:1rem;font-weight:600;margin:.6rem 0 .3rem}
.verdict,.badge{font-size:.75rem;font-weight:600;border:1px solid currentColor;border-radius:1rem;padding:.05rem .55rem;white-space:nowrap}
.verdict{color:var(--warn)}.confirmed .verdict{color:var(--bad)}
.badge{color:var(--soft)}.badge.green{color:var(--good)}.badge.yellow{color:var(--warn)}.badge.red{color:var(--bad)}
.overruled{border-left:.25rem solid var(--warn);padding-left:.7rem}
pre{background:var(--wash);padding:.6rem .8rem;border-radius:.3rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0}
code{background:var(--wash);padding:.05rem .3rem;border-radius:.2rem;overflow-wrap:anywhere}
.chain{list-style:none;display:flex;flex-wrap:wrap;gap:.35rem;padding:0;margin:1rem 0}
.chain li{flex:1 1 8.5rem;max-width:14rem;border:1px solid var(--line);border-top:.25rem solid var(--line);border-radius:.3rem;padding:.3rem .5rem;font-size:.85rem;display:flex;flex-direction:column}
.chain span{color:var(--soft)}.chain small{color:var(--soft);overflow-wrap:anywhere}
.chain .ok{border-top-color:var(--good)}.chain .ok span{color:var(--good)}
.chain .broken{border-top-color:var(--bad)}.chain .broken span{color:var(--bad);font-weight:600}
.chain .suspect{border-top-color:var(--warn)}.chain .suspect span{color:var(--warn);font-weight:600}
.chain .skipped,.chain .unknown{opacity:.7}
details{margin:.8rem 0}summary{cursor:pointer;font-weight:600}dt{margin-top:.5rem}dd{margin:0}
ul{padding-left:1.2rem;margin:.3rem 0}`;
