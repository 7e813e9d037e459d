package idealpoint

import (
	"fmt"
	"math"
)

// The three answers that the model knows. Absences and non-members have no Vote.
const (
	Yes     uint8 = 1
	Abstain uint8 = 2
	No      uint8 = 3
)

// Data is a set of votes. States holds distinct names and Sessions distinct
// numbers in any order; a Vote refers to them, and to Items, by index. The
// order of the four lists has no influence on a fit.
type Data struct {
	States   []string
	Sessions []int
	Items    []Item
	Votes    []Vote
}

// Item is what a state votes on: one roll call, or several on the same text
// (see Bridge). ID is distinct within Data; Label is for people.
type Item struct {
	ID, Label string
}

// Vote is one state's answer: indices into Data, and Y as Yes, Abstain or No.
// A vote takes 16 bytes. A state may answer one item more than once, as
// happens when two roll calls of a session are on the same text.
type Vote struct {
	State, Session, Item int32
	Y                    uint8
}

// check reports the first fault of the lists and the votes.
func (d *Data) check() error {
	if len(d.Votes) > math.MaxInt32/4 {
		return fmt.Errorf("idealpoint: %d votes are too many for 32-bit indices; fit fewer sessions at a time", len(d.Votes))
	}
	if err := distinct("state", d.States); err != nil {
		return err
	}
	if err := distinct("session", d.Sessions); err != nil {
		return err
	}
	ids := make([]string, len(d.Items))
	for i, it := range d.Items {
		ids[i] = it.ID
	}
	if err := distinct("item", ids); err != nil {
		return err
	}
	for i, v := range d.Votes {
		switch {
		case v.State < 0 || int(v.State) >= len(d.States):
			return fmt.Errorf("idealpoint: vote %d: state index %d, but there are %d states", i, v.State, len(d.States))
		case v.Session < 0 || int(v.Session) >= len(d.Sessions):
			return fmt.Errorf("idealpoint: vote %d: session index %d, but there are %d sessions", i, v.Session, len(d.Sessions))
		case v.Item < 0 || int(v.Item) >= len(d.Items):
			return fmt.Errorf("idealpoint: vote %d: item index %d, but there are %d items", i, v.Item, len(d.Items))
		case v.Y < Yes || v.Y > No:
			return fmt.Errorf("idealpoint: vote %d: answer %d; want 1 (yes), 2 (abstain) or 3 (no), and leave absences out", i, v.Y)
		}
	}
	return nil
}

func distinct[T comparable](kind string, list []T) error {
	at := make(map[T]int, len(list))
	for i, v := range list {
		if j, ok := at[v]; ok {
			return fmt.Errorf("idealpoint: %s %v is listed twice, at %d and %d; give each its own name", kind, v, j, i)
		}
		at[v] = i
	}
	return nil
}
