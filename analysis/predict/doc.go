// Package predict says how likely an actor that is silent on a proposition, or
// that has not voted on a resolution yet, is to affirm it, to reserve its
// position or to reject it: with an interval, with the evidence that drives the
// figure, and with "not enough to say" where that is so.
//
// A prediction is never a position. Nothing here changes what an actor is shown
// to have said.
//
// The model is one hierarchical ordinal item-response model over statements
// (five levels), recorded votes (no, abstain, yes) and signatures (open lists
// that were read whole): for actor i and item j
//
//	z_ij = b_j + a_j'x_i + sum_g l_jg w_ig + e,  e ~ N(0,1)
//
// and the answer is the level whose cutpoints enclose z. The point x_i is drawn
// towards the actor's general ideal point and its blocs; w_ig is its leaning on
// a group of items (a line of resolutions with the same title, or an issue),
// drawn towards the leaning of its blocs; the items of one line follow each
// other as a walk in time, so that a resolution nobody has voted on yet
// inherits from its line. docs/methods/predict.md has the formulas, the
// assumptions, the limits and the measured tables.
//
// The fit is a seeded Gibbs sampler (Albert and Chib 1993, JASA 88(422):
// 669-679; cutpoints and intercepts by Metropolis steps with z integrated out,
// as in Cowles 1996, Statistics and Computing 6: 101-111). Several chains run;
// [Model.Convergence] reports how well they agree (Gelman and Rubin 1992,
// Statistical Science 7(4): 457-472).
package predict
