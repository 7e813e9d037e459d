// Package threat reads what others report of attackers (collections of the
// ATT&CK shape, clusters of MISP galaxies, any STIX bundle) and draws a picture
// for one actor: who is reported to attack it, by what, with what aim, each
// with its source.
//
// The package repeats what sources say and adds nothing: no aim is read out of
// a description, no attacker is joined with another unless a source or a shared
// name says so, and the reason is told.
package threat
