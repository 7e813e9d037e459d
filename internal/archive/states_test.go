package archive

import "testing"

func TestStateOf(t *testing.T) {
	a, err := UNGA()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, seat string
		session    int
		want       string
	}{
		{"Yugoslavia", "YUG", 40, "YUG"},
		{"Serbia and Montenegro goes on with Yugoslavia", "SCG", 59, "YUG"},
		{"and Serbia with both", "SRB", 75, "YUG"},
		{"West Germany", "DEU", 45, "DEU-1990"},
		{"Germany is another state", "DEU", 46, "DEU"},
		{"East Germany is neither", "DDR", 40, "DDR"},
		{"North Yemen", "YEM", 30, "YEM-1990"},
		{"Yemen", "YEM", 46, "YEM"},
		{"South Yemen", "YMD", 30, "YMD"},
		{"the Soviet Union and Russia are one", "RUS", 3, "RUS"},
	} {
		if got := a.StateOf(a.Seat(c.seat), c.session); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
