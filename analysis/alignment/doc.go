// Package alignment measures how far two actors agree over a list of
// questions on which both took a side: the raw share with an exact and a
// bootstrap interval, and the share corrected for chance.
//
// It works on plain slices and knows nothing of where they come from.
package alignment
