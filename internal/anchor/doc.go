// Package anchor ties a quotation to a text so that it survives corrections of
// the text: by position, by the exact words, and by the words before and after,
// as the selectors TextPositionSelector and TextQuoteSelector of the W3C Web
// Annotation Data Model do (Recommendation of 23 February 2017, 4.2.4 and 4.2.5).
//
// All positions count runes. A quotation is found, in this order:
//
//  1. where it was, when the exact words stand there;
//  2. where the exact words stand elsewhere: the place whose surroundings agree
//     best, then the nearest;
//  3. where words stand that differ by at most a fifth: first places with the whole
//     prefix before them or the whole suffix behind them, then any; the one with
//     the fewest differences, then by surroundings, then the nearest;
//  4. nowhere: it is an orphan, and a person must look.
//
// A quotation is never moved in silence: [Match.How] says which of these it was.
// Few words can stand anywhere, so a short quotation that moved must bring enough
// of its surroundings along; the thresholds stand beside [Text.Find].
package anchor
