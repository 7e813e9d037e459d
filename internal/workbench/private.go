package workbench

import (
	"context"
	"strings"
	"time"

	"entente"
	"entente/internal/store"
)

// Private notes stand in the layer of their writer. Nobody else sees them: no
// list, no search, no history, no log, no export, no error message, and no role
// changes that. Only the writer can share one.

// Passage is a piece of a document's text: code points, end not included.
type Passage struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Exact string `json:"exact,omitempty"` // its words
}

// Note is a private note.
type Note struct {
	ID      string    `json:"-"`
	Version int       `json:"-"`
	Record  string    `json:"record"` // "kind:id": a row of the corpus or a document
	Passage *Passage  `json:"passage,omitempty"`
	At      time.Time `json:"at"`
	Text    string    `json:"text"`
}

// Note writes a private note on a record, on a document, or on a passage of a
// document.
func (b *Bench) Note(ctx context.Context, u User, k store.Key, at *Passage, text string) (*Note, error) {
	const op = "note"
	text, err := needed(op, "text", text, MaxLong)
	if err != nil {
		return nil, err
	}
	if err := u.known(op); err != nil {
		return nil, err
	}
	v, err := b.Record(ctx, u, k)
	if err != nil {
		return nil, err
	}
	switch {
	case !isTable(v.Kind) && v.Kind != KindDocument:
		return nil, fault(entente.Invalid, op, k.Kind, "a note stands on a record of the corpus or on a document", "")
	case at != nil && v.Kind != KindDocument:
		return nil, fault(entente.Invalid, op, k.String(), "only a document has passages", "leave the passage out")
	case at != nil && (at.Start < 0 || at.End <= at.Start):
		return nil, fault(entente.Invalid, op, k.String(), "the passage ends before it starts", "select it again")
	}
	if at != nil {
		p := *at
		if p.Exact, err = typed(op, "passage", p.Exact, MaxLong); err != nil {
			return nil, err
		}
		at = &p
	}
	id, err := b.hungID(v.Key)
	if err != nil {
		return nil, err
	}
	n := Note{ID: id, Version: 1, Record: v.String(), Passage: at, At: b.now().UTC().Truncate(time.Microsecond), Text: text}
	c, err := noteChange(u, &n, 0)
	if err != nil {
		return nil, err
	}
	if _, err := b.save(ctx, u, "private note", c); err != nil {
		return nil, err
	}
	return &n, nil
}

func noteChange(u User, n *Note, base int) (store.Change, error) {
	c, err := change(KindNote, n.ID, base, n, store.Facets{})
	c.Layer = store.Private(u.Name)
	return c, err
}

// ownNote reads a note of the user. That of somebody else is not there.
func (b *Bench) ownNote(ctx context.Context, u User, id string) (*Note, *store.Version, error) {
	missing := fault(entente.NotFound, "read note", "", "you have no such note", "load the page again")
	if err := checkID(KindNote, id); err != nil {
		return nil, nil, missing
	}
	v, err := b.Store.Get(ctx, store.Key{Kind: KindNote, ID: id})
	switch {
	case entente.KindOf(err) == entente.NotFound, err == nil && (u.Name == "" || v.Layer != store.Private(u.Name) || v.State == store.Retired):
		return nil, nil, missing
	case err != nil:
		return nil, nil, err
	}
	n, err := decode[Note](v)
	if err != nil {
		return nil, nil, err
	}
	n.ID, n.Version = v.ID, v.Number
	return n, v, nil
}

// EditNote changes the words of a note.
func (b *Bench) EditNote(ctx context.Context, u User, id string, base int, text string) (*Note, error) {
	text, err := needed("note", "text", text, MaxLong)
	if err != nil {
		return nil, err
	}
	n, _, err := b.ownNote(ctx, u, id)
	if err != nil {
		return nil, err
	}
	n.Text = text
	c, err := noteChange(u, n, base)
	if err != nil {
		return nil, err
	}
	if _, err := b.save(ctx, u, "private note", c); err != nil {
		return nil, err
	}
	n.Version = base + 1
	return n, nil
}

// DropNote takes a note out of the lists; its history stays its writer's alone.
func (b *Bench) DropNote(ctx context.Context, u User, id string, base int) error {
	_, v, err := b.ownNote(ctx, u, id)
	if err != nil {
		return err
	}
	c := again(v, store.Retired)
	c.Base = base
	_, err = b.save(ctx, u, "private note", c)
	return err
}

// Notes lists the user's own notes on a record, or with a zero key all of them,
// in the order of record and time.
func (b *Bench) Notes(ctx context.Context, u User, k store.Key) ([]Note, error) {
	if err := u.known("notes"); err != nil {
		return nil, err
	}
	out := []Note{}
	put := func(v *store.Version) error {
		if v.Layer != store.Private(u.Name) || v.State == store.Retired {
			return nil
		}
		n, err := decode[Note](v)
		if err != nil {
			return err
		}
		n.ID, n.Version = v.ID, v.Number
		out = append(out, *n)
		return nil
	}
	if k == (store.Key{}) {
		err := b.each(ctx, store.Query{Kinds: []string{KindNote}, States: live, Layers: u.layers()}, put)
		return out, err
	}
	list, err := b.under(ctx, KindNote, hung(k), u.layers()...)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if err := put(&list[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// NoteAs says what a note becomes when its writer shares it.
type NoteAs string

// The ways to share a note.
const (
	AsComment NoteAs = "comment" // a comment on the record
	AsRemark  NoteAs = "remark"  // words in the column "note" of a row that the user may edit
)

// PublishNote shares a note of the user: as a comment, or as the remark of the
// row that it stands on (a draft version; version names the one that the user
// saw). Its words become visible to others, the note itself is taken out.
func (b *Bench) PublishNote(ctx context.Context, u User, id string, base int, as NoteAs, version int) (store.Commit, error) {
	const op = "share note"
	n, own, err := b.ownNote(ctx, u, id)
	if err != nil {
		return store.Commit{}, err
	}
	kind, rid, _ := strings.Cut(n.Record, ":")
	v, err := b.see(ctx, u, store.Key{Kind: kind, ID: rid})
	if err != nil {
		return store.Commit{}, err
	}
	var c store.Change
	switch as {
	case AsComment:
		text := n.Text
		if n.Passage != nil && n.Passage.Exact != "" {
			text = "“" + n.Passage.Exact + "”\n\n" + text
		}
		c, err = b.commentChange(u, v, text, Revealed)
	case AsRemark:
		c, err = remark(u, op, v, n.Text, version)
	default:
		err = fault(entente.Invalid, op, "as", "it is not said what the note becomes", "comment or remark")
	}
	if err != nil {
		return store.Commit{}, err
	}
	out := again(own, store.Retired)
	out.Base = base
	return b.save(ctx, u, "shared a note", c, out)
}

// remark is the edit that puts a text into the column note of a row.
func remark(u User, op string, v *store.Version, text string, version int) (store.Change, error) {
	switch {
	case !isTable(v.Kind) || columnOf(v.Kind, "note") < 0:
		return store.Change{}, fault(entente.Invalid, op, v.String(), "this sort of record has no column for a remark", "make a comment of it")
	case v.State == store.Retired:
		return store.Change{}, fault(entente.Conflict, op, v.String(), "it was retired", "make a comment of the note")
	case !u.owns(ownerOf(v)):
		return store.Change{}, fault(entente.Denied, op, v.String(), "it belongs to "+ownerOf(v), "make a comment of the note")
	}
	cells, err := cellsOf(v)
	if err != nil {
		return store.Change{}, err
	}
	if old := cells["note"]; old != "" {
		text = old + " " + text
	}
	cells["note"] = oneLine(text)
	state := v.State
	if state == store.Published || state == store.InReview { // changed words have to be read again
		state = store.Draft
	}
	return store.RowChange(rowWith(v.Kind, cells), version, state), nil
}
