package entente_test

import (
	"errors"
	"strings"
	"testing"

	"entente"
)

func TestStanceScale(t *testing.T) {
	// The scale of the design: affirms +2, with conditions +1, reserved 0, doubts -1, rejects -2.
	want := map[entente.Stance]int{
		entente.Affirms: 2, entente.AffirmsWithConditions: 1, entente.Reserved: 0, entente.Doubts: -1, entente.Rejects: -2,
	}
	if len(entente.Stances) != len(want) {
		t.Fatalf("%d stances, want %d", len(entente.Stances), len(want))
	}
	for i, s := range entente.Stances {
		if s.Score() != want[s] {
			t.Errorf("score of %s is %d, want %d", s, s.Score(), want[s])
		}
		if i > 0 && s.Score() >= entente.Stances[i-1].Score() {
			t.Errorf("%s is not below %s on the scale", s, entente.Stances[i-1])
		}
		if sign := s.Sign(); sign*s.Score() < 0 || (sign == 0) != (s.Score() == 0) {
			t.Errorf("sign of %s is %d", s, sign)
		}
	}
	if s := entente.Stance(""); s.Score() != 0 || s.Sign() != 0 {
		t.Error("no stance has a score")
	}
}

// Paragraph or page before section before a list before nothing.
func TestSpecificity(t *testing.T) {
	for _, tc := range []struct {
		pinpoint string
		want     int
	}{
		{"para 3", 3},
		{"paras. 3-5", 3},
		{"paragraph 25", 3},
		{"fourth paragraph", 3},
		{"p. 8", 3},
		{"pp. 8-9", 3},
		{"page 3", 3},
		{"footnote 26", 3},
		{"section 2, footnotes 22-23", 3},
		{"third bullet", 3},
		{"Article 4", 3},
		{"general comments, para 3", 3},
		{"section 2", 2},
		{"Section 3, convergent position (1)", 2},
		{"Annex I", 2},
		{"summary (the Call on the convention)", 2},
		{"closing part", 2},
		{"answer to question one", 2},
		{"definition, list of States that adopted the rule view", 1},
		{"definition, list of States that confirm, p. 3", 1},
		{"table of positions", 1},
		{"", 0},
		{"   ", 0},
	} {
		if got := entente.Specificity(tc.pinpoint); got != tc.want {
			t.Errorf("Specificity(%q) = %d, want %d", tc.pinpoint, got, tc.want)
		}
	}
}

func TestLevelOf(t *testing.T) {
	source := func(k entente.SourceKind, of ...entente.ActorID) *entente.Source {
		return &entente.Source{ID: "s", Kind: k, TextOf: of}
	}
	for _, tc := range []struct {
		name    string
		src     *entente.Source
		checked bool
		voices  []entente.ActorID
		want    entente.Level
	}{
		{"own text, read", source(entente.PositionPaper, "a"), true, []entente.ActorID{"a"}, entente.Primary},
		{"own text, not read", source(entente.PositionPaper, "a"), false, []entente.ActorID{"a"}, entente.Unverified},
		{"another's text", source(entente.PositionPaper, "b"), true, []entente.ActorID{"a"}, entente.Secondary},
		{"one of several authors", source(entente.StatementText, "b", "a"), true, []entente.ActorID{"a"}, entente.Primary},
		{"record of the body, second voice", source(entente.ResolutionText, "unga"), true, []entente.ActorID{"a", "unga"}, entente.Primary},
		{"nobody's text", source(entente.Website), true, []entente.ActorID{"a"}, entente.Secondary},
		{"reference work, though somebody named an author", source(entente.Reference, "a"), true, []entente.ActorID{"a"}, entente.Secondary},
		{"news, though somebody named an author", source(entente.News, "a"), true, []entente.ActorID{"a"}, entente.Secondary},
		{"scholarship, though somebody named an author", source(entente.Scholarship, "a"), true, []entente.ActorID{"a"}, entente.Secondary},
		{"general knowledge, though ticked", source(entente.GeneralKnowledge, "a"), true, []entente.ActorID{"a"}, entente.Unverified},
		{"no source", nil, true, []entente.ActorID{"a"}, entente.Unverified},
		{"no voice", source(entente.PositionPaper, "a"), true, nil, entente.Secondary},
		{"an empty voice is nobody", source(entente.PositionPaper, ""), true, []entente.ActorID{""}, entente.Secondary},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := entente.LevelOf(tc.src, tc.checked, tc.voices...); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// Whatever the kind, only an actor's own text that was read is primary.
func TestOnlyOwnTextIsPrimary(t *testing.T) {
	for _, kind := range entente.SourceKinds {
		for _, own := range []bool{true, false} {
			for _, checked := range []bool{true, false} {
				src := &entente.Source{ID: "s", Kind: kind}
				if own {
					src.TextOf = []entente.ActorID{"a"}
				}
				if got := entente.LevelOf(src, checked, "a"); got == entente.Primary && (!own || !checked) {
					t.Errorf("kind %s, own %v, read %v: primary", kind, own, checked)
				}
			}
		}
	}
}

// Abstention is a vote that was cast; absence is not, and no word at all is
// neither.
func TestBallotCast(t *testing.T) {
	want := map[entente.Ballot]bool{entente.Yes: true, entente.No: true, entente.Abstain: true, entente.Absent: false, "": false}
	for b, w := range want {
		if b.Cast() != w {
			t.Errorf("%q.Cast() = %v", b, b.Cast())
		}
	}
}

func TestErrorSaysWhatWhereAndWhatToDo(t *testing.T) {
	cause := errors.New("disk is gone")
	err := &entente.Error{Kind: entente.Unavailable, Op: "read", Place: "a.csv:3:4", Msg: "the value is missing", Hint: "add it", Err: cause}
	if got, want := err.Error(), "a.csv:3:4: the value is missing: disk is gone (add it)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !errors.Is(err, cause) || entente.KindOf(err) != entente.Unavailable {
		t.Error("the cause or the kind is lost")
	}
	if entente.KindOf(cause) != entente.Internal || entente.KindOf(nil) != "" {
		t.Error("kind of a foreign error is internal, of none is empty")
	}
	list := entente.Errors{err, errors.New("second")}
	if got := list.Error(); strings.Count(got, "\n") != 1 || !errors.Is(list, cause) {
		t.Errorf("list: %q", got)
	}
	if entente.Errors(nil).Err() != nil || list.Err() == nil {
		t.Error("Err is nil for an empty list only")
	}
}
