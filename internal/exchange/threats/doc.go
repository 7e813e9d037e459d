// Package threats keeps the collections of threat reports that were imported into
// a store, and asks package threat about them: who is reported to attack an actor,
// by what and with what aim.
//
// A file is kept as it came, packed, as a file of the store; beside it stands a
// record of the kind [Kind] that says what it is called, where it comes from and
// under which licence. A newer file of the same name is a new version of that
// record, so nothing is lost and everything can be taken back. What partners sent
// and somebody accepted counts too.
package threats
