package main

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/internal/archive"
)

// info describes the archive.
var info = archive.Info{
	Name: "unga", Title: "United Nations General Assembly: recorded votes, sessions 1 to 75 (1946 to March 2021)", Version: "2021.1",
	Licence:  "CC0-1.0",
	Source:   "Erik Voeten, Data and Analyses of Voting in the United Nations General Assembly, Harvard Dataverse, doi:10.7910/DVN/LEJUQZ, version of 2021, rebuilt from two public copies; see README.md",
	Citation: "Voeten, Erik; Strezhnev, Anton; Bailey, Michael: United Nations General Assembly Voting Data. Harvard Dataverse, doi:10.7910/DVN/LEJUQZ",
	SourceID: "voeten-lejuqz",
}

// build makes the archive from the tables in a folder.
func build(dir string) (*archive.Archive, error) {
	seats, err := readSeats(filepath.Join(dir, "unga-states.csv"))
	if err != nil {
		return nil, err
	}
	calls, stored, err := readCalls(filepath.Join(dir, "unga-rollcalls.csv.gz"))
	if err != nil {
		return nil, err
	}
	rows, err := readVotes(filepath.Join(dir, "unga-votes.csv.gz"), calls, seats)
	if err != nil {
		return nil, err
	}
	archive.Settle(seats, calls, rows)
	for i, row := range rows {
		if t := archive.Count(row); t.Yes != stored[i].Yes || t.Abstain != stored[i].Abstain || t.No != stored[i].No || t.Absent != stored[i].Absent {
			return nil, fmt.Errorf("roll call %s: the rows give %+v, the table of roll calls %+v", calls[i].ID, t, stored[i])
		}
	}
	var bridges [][2]string
	err = table(filepath.Join(dir, "unga-bridges.csv"), "rcid_earlier,rcid_later", func(r []string) error {
		bridges = append(bridges, [2]string{r[0], r[1]})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return archive.New(info, seats, calls, rows, present(bridges, calls))
}

// present keeps the bridges between roll calls that the archive has. A chain
// that leads through one that it lacks is closed over the gap: what stood on
// both sides is on the same text.
func present(bridges [][2]string, calls []archive.Call) [][2]string {
	has := map[string]bool{}
	for i := range calls {
		has[calls[i].ID] = true
	}
	var out [][2]string
	for _, b := range bridges {
		switch {
		case has[b[0]] && has[b[1]]:
			out = append(out, b)
		case has[b[0]]:
			for _, next := range bridges {
				if next[0] == b[1] && has[next[1]] {
					out = append(out, [2]string{b[0], next[1]})
				}
			}
		}
	}
	return out
}

// table reads a CSV file, packed or not, and checks its header.
func table(path, header string, do func(row []string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	c := csv.NewReader(in)
	c.ReuseRecord = true
	for line := 1; ; line++ {
		row, err := c.Read()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", path, err)
		case line == 1:
			if got := strings.Join(row, ","); got != header {
				return fmt.Errorf("%s: the columns are %s, expected %s", path, got, header)
			}
			continue
		}
		if err := do(row); err != nil {
			return fmt.Errorf("%s:%d: %w", path, line, err)
		}
	}
}

func readSeats(path string) ([]archive.Seat, error) {
	var seats []archive.Seat
	err := table(path, "iso3,cow,name,first_session,last_session,note", func(r []string) error {
		number, err := strconv.Atoi(r[1])
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(seats, func(s archive.Seat) bool { return s.Code == r[0] }); i >= 0 {
			seats[i].Numbers = append(seats[i].Numbers, number)
			return nil
		}
		s := archive.Seat{Code: r[0], Actor: entente.ActorID(strings.ToLower(r[0])), Name: r[2], Numbers: []int{number}}
		if extra, ok := extras[r[0]]; ok {
			if extra.name != "" {
				s.Names = append(s.Names, s.Name)
				s.Name = extra.name
			}
			if extra.former {
				s.Actor = ""
			}
			s.Codes, s.Successor, s.Note = extra.codes, extra.successor, extra.note
			s.Names = append(s.Names, extra.names...)
		}
		seats = append(seats, s)
		return nil
	})
	slices.SortFunc(seats, func(a, b archive.Seat) int { return strings.Compare(a.Code, b.Code) })
	for i := range seats {
		slices.Sort(seats[i].Numbers)
	}
	return seats, err
}

func readCalls(path string) (calls []archive.Call, stored []archive.Tally, err error) {
	const header = "rcid,session,date,source_ref,resolution,title,amendment,paragraph,important,me,nu,di,hr,co,ec,yes,abstain,no,absent"
	flags := map[string]archive.Flag{"": archive.NotCoded, "0": archive.Unset, "1": archive.Set}
	err = table(path, header, func(r []string) error {
		session, err := strconv.Atoi(r[1])
		if err != nil {
			return err
		}
		c := archive.Call{
			ID: r[0], Session: session, Resolution: r[4], Title: strings.Join(strings.Fields(r[5]), " "),
			Amendment: flags[r[6]], Paragraph: flags[r[7]], Important: flags[r[8]], Source: info.SourceID,
		}
		if len([]rune(c.Title)) == 120 { // the shared table cuts there
			c.Title += "…"
		}
		if c.Title == "NA" { // how the source's statistics program writes "nothing"
			c.Title = ""
		}
		if archive.Symbol(r[3]) != archive.Symbol(r[4]) {
			c.Reference = r[3]
		}
		if c.Date, err = entente.ParseDate(r[2]); err != nil {
			return err
		}
		for i, t := range archive.TopicList[:6] {
			if r[9+i] == "1" {
				c.Topics |= t.Bit
			}
		}
		var t archive.Tally
		for i, n := range []*int{&t.Yes, &t.Abstain, &t.No, &t.Absent} {
			if *n, err = strconv.Atoi(r[15+i]); err != nil {
				return err
			}
		}
		calls, stored = append(calls, c), append(stored, t)
		return nil
	})
	return calls, stored, err
}

func readVotes(path string, calls []archive.Call, seats []archive.Seat) ([][]archive.Ballot, error) {
	row, column := map[string]int{}, map[string]int{}
	rows := make([][]archive.Ballot, len(calls))
	for i := range calls {
		row[calls[i].ID] = i
		rows[i] = archive.OpenRow(len(seats))
	}
	for i := range seats {
		column[seats[i].Code] = i
	}
	err := table(path, "rcid,session,date,resolution,title,iso3,vote", func(r []string) error {
		i, ok := row[r[0]]
		j, ok2 := column[r[5]]
		b := archive.FromCorpus(entente.Ballot(r[6]))
		switch {
		case !ok || !ok2:
			return fmt.Errorf("roll call %s or state %s is in no table", r[0], r[5])
		case b == archive.NoRecord:
			return fmt.Errorf("there is no vote %q", r[6])
		case rows[i][j] != archive.Open:
			return fmt.Errorf("%s votes twice in roll call %s", r[5], r[0])
		}
		rows[i][j] = b
		return nil
	})
	return rows, err
}
