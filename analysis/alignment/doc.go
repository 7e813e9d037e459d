// Package alignment measures how far actors agree. Over a list of questions on
// which both of two actors took a side: the raw share with an exact and a
// bootstrap interval, and the share corrected for chance ([Nominal]). Over
// recorded votes: Lijphart's index, simple agreement, S, kappa and pi of two
// actors ([Votes]), the cohesion of a bloc ([Bloc]) and its unity against
// another ([Against]).
//
// It works on plain slices and knows nothing of where they come from.
package alignment
