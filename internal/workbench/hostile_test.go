package workbench_test

import (
	"testing"

	"pgregory.net/rapid"

	"entente"
	"entente/internal/store"
	"entente/internal/workbench"
)

// Whatever is typed and selected, nothing crashes, every refusal is a fault of
// the input, and what was taken in is whole.
func TestHostileInput(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	text, err := d.Text(d.ctx, doc.ID)
	if err != nil {
		t.Fatal(err)
	}
	var made []string
	rapid.Check(t, func(rt *rapid.T) {
		words := rapid.OneOf(rapid.Just(""), rapid.String(), rapid.SampledFrom([]string{"law-ihl", "est", "affirms", "*", "|", "a|b", "../..", "\x00", "'; DROP TABLE heads; --", "<script>", "\u202e", "statements:x"}))
		n := workbench.NewCoding{
			Start: rapid.IntRange(-5, len(paper)+5).Draw(rt, "start"), End: rapid.IntRange(-5, len(paper)+5).Draw(rt, "end"),
			Actor: "est", Proposition: "law-ihl",
			Stance: entente.Stance(words.Draw(rt, "stance")), Conditions: words.Draw(rt, "conditions"), Note: words.Draw(rt, "note"),
			Pinpoint: words.Draw(rt, "pinpoint"), Instrument: entente.InstrumentID(words.Draw(rt, "instrument")), Passage: words.Draw(rt, "passage"),
		}
		if rapid.Bool().Draw(rt, "names") {
			n.Actor, n.Proposition = entente.ActorID(words.Draw(rt, "actor")), entente.PropositionID(words.Draw(rt, "proposition"))
		}
		var c *workbench.Coding
		var err error
		if len(made) > 0 && rapid.Bool().Draw(rt, "edit") {
			id := rapid.SampledFrom(made).Draw(rt, "id")
			v, getErr := d.Store.Get(d.ctx, statement(id))
			if getErr != nil {
				rt.Fatal(getErr)
			}
			c, err = d.EditCoding(d.ctx, ann, doc.ID, id, v.Number, n)
		} else if c, err = d.Code(d.ctx, ann, doc.ID, n); err == nil {
			made = append(made, c.Statement.ID)
		}
		switch kind := entente.KindOf(err); kind {
		case "":
			if got, _ := text.Slice(c.Quotation.Start, c.Quotation.End); c.Passage != "" && got != c.Quotation.Exact {
				rt.Fatalf("the quotation %q stands at %q", c.Quotation.Exact, got)
			}
		case entente.Invalid, entente.NotFound, entente.Conflict:
		default:
			rt.Fatalf("%s: %v", kind, err)
		}
		for _, call := range []func(string) error{
			func(s string) error { _, err := d.Codings(d.ctx, ann, s); return err },
			func(s string) error { _, err := d.Finish(d.ctx, ann, s); return err },
			func(s string) error { _, err := d.History(d.ctx, ann, store.Key{Kind: s, ID: s}); return err },
			func(s string) error { return d.DropCoding(d.ctx, ann, s, 1) },
			func(s string) error { _, _, err := d.List(d.ctx, ann, store.Query{Words: s}); return err },
		} {
			if err := call(words.Draw(rt, "id")); entente.KindOf(err) == entente.Internal {
				rt.Fatal(err)
			}
		}
	})
	list := d.codings(ann, doc.ID)
	seen := map[string]bool{}
	for _, p := range list {
		seen[p.Statement.ID] = true
		if p.Found != workbench.InPlace {
			t.Errorf("%+v", p)
		}
	}
	if len(seen) != len(made) || len(list) != len(made) {
		t.Errorf("%d codings of %d statements, %d were made", len(list), len(seen), len(made))
	}
}
