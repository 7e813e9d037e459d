// Package candidates suggests, for a paragraph, the propositions that it may
// speak to, from what was coded before. It proposes, it never codes: it knows
// no stance.
//
// The model is the nearest centroid (Rocchio 1971, in Salton, The SMART
// Retrieval System, ch. 14) over words weighted by rarity (Salton and Buckley
// 1988, DOI 10.1016/0306-4573(88)90021-0). A text is a vector with one entry
// per word:
//
//	weight(w) = (1 + ln tf) ln(1 + N/df)
//
// with df the number of passages and definitions, of N, that have the word.
// Vectors have length one. A proposition's vector is the sum of those of its
// coded passages and twice that of its definition, made length one, so that a
// proposition without examples ranks by its definition and one with many by
// what was said. A paragraph is read in windows of 24 words that overlap by
// half; with n coded passages
//
//	score(p) = max over windows of cos(window, p) (1 + 0.1 ln(1 + n))
//
// The score of a candidate is a sum over the words of its best window, which
// are shown as the explanation. Words are cut after six letters, so that
// inflected forms meet without a list for any language; scripts that do not
// part words are read in pairs of characters. Words that are everywhere weigh
// little by their df: no list of stop words is needed.
//
// A logistic curve of the score's logarithm (after Platt 1999, Probabilistic
// Outputs for Support Vector Machines) turns it into the share of held-out
// suggestions with such a score that were right. What falls under [Least] is not shown, so that a
// paragraph that speaks to nothing gets nothing. [CrossValidate] measures all
// of it with whole sources held out.
package candidates
