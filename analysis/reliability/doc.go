// Package reliability measures how far coders who judged the same units agree:
// Krippendorff's alpha for words without order and for words on a scale, with
// missing judgments allowed, and the share of agreeing pairs. Each figure comes
// with what it was counted from and an interval.
//
//	result, err := reliability.Alpha(ratings, reliability.Stances())
//	perProposition, err := reliability.ByGroup(grouped, o, reliability.Thin)
//	perPairOfCoders, err := reliability.ByPair(ratings, o, reliability.Thin)
//
// A unit is what was coded: one passage for one actor and one proposition, for
// instance. A unit that one coder alone has coded can be paired with nothing; it
// is counted in Units and changes no figure.
//
// Where a figure has no value (no unit was coded twice, or all codings are the
// same word) its Estimate says so and why; it is never 0 or 1 in disguise.
//
// Names of units and coders and the order of the ratings change nothing, not
// even the bootstrap. Method and sources: docs/methods/reliability.md.
package reliability
