package archive

// joins say which seats are one state over time, and which seat is two states,
// as the Correlates of War list and the published scaling have them: Yugoslavia,
// Serbia and Montenegro, and Serbia are one line; the Federal Republic of
// Germany before and after unification are two, and so are North Yemen and
// Yemen. The seats themselves, and every count of votes, keep their codes.
var joins = []struct {
	seat  string
	until int // last session to which it applies; 0: all
	state string
}{
	{"SCG", 0, "YUG"},
	{"SRB", 0, "YUG"},
	{"DEU", 45, "DEU-1990"},
	{"YEM", 45, "YEM-1990"},
}

// StateOf names the state that a seat (by index) stands for in a session when a
// state is followed over time, as scaling does. It is the seat's code, except
// where one state held several seats in turn, or one seat two states; it is a
// name for keeping lines apart, not for people.
func (a *Archive) StateOf(seat, session int) string {
	code := a.Seats[seat].Code
	for _, j := range joins {
		if j.seat == code && (j.until == 0 || session <= j.until) {
			return j.state
		}
	}
	return code
}
