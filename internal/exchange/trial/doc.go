// Package trial holds the trials of the exchange under faults: real programs in
// real processes that speak over real TCP are killed, cut off, slowed down, given
// wrong clocks and full disks, and fed what a hostile partner would send. After
// each trial a count of what was lost, doubled and leaked is printed; all three
// are to be zero.
//
// There is nothing but tests in it. ENTENTE_KILLS sets the number of kills, as
// for the record store.
package trial
