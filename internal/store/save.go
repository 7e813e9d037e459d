package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/datapackage"
)

// The bounds of one write.
const (
	MaxBody    = 4 << 20   // bytes of one body
	MaxChanges = 5_000_000 // changes of one commit
	maxText    = 10_000    // bytes of a reason
	maxWords   = 500_000   // bytes of one record that the search looks at
	chunk      = 2_000     // changes written between two calls of Progress
)

// Save writes all changes as one commit, or none. It returns the commit; when
// every change was left out as the same (see [Reason.SkipSame]) its Changes is
// 0 and nothing was written.
//
// Errors: Invalid for a row of the corpus that breaks the rules of its table or
// that would be published while something it refers to is not; Conflict when a
// record has moved on from the change's base, or is still referred to by a
// published record when it is retired.
func (s *Store) Save(ctx context.Context, r Reason, changes ...Change) (Commit, error) {
	if err := checkWrite(r, changes); err != nil {
		return Commit{}, err
	}
	var c Commit
	err := s.engine.write(ctx, func(ctx context.Context, q querier) error {
		var err error
		c, err = s.save(ctx, q, r, changes)
		return err
	})
	return c, err
}

func checkWrite(r Reason, changes []Change) error {
	switch {
	case r.Who == "":
		return &entente.Error{Kind: entente.Invalid, Op: "write", Msg: "it is not said who writes"}
	case len(changes) == 0:
		return &entente.Error{Kind: entente.Invalid, Op: "write", Msg: "there is nothing to write"}
	case len(changes) > MaxChanges:
		return &entente.Error{Kind: entente.Invalid, Op: "write", Msg: fmt.Sprintf("%d changes are more than one commit takes (%d)", len(changes), MaxChanges), Hint: "split them"}
	case len(r.Who)+len(r.Why)+len(r.Via) > maxText:
		return &entente.Error{Kind: entente.Invalid, Op: "write", Msg: "the reason is too long", Hint: fmt.Sprintf("at most %d bytes", maxText)}
	}
	seen := make(map[Key]bool, len(changes))
	for i := range changes {
		c := &changes[i]
		if err := c.check(); err != nil {
			return err
		}
		if seen[c.Key] {
			return &entente.Error{Kind: entente.Invalid, Op: "write", Place: c.String(), Msg: "the record stands twice in one write", Hint: "one version per commit"}
		}
		seen[c.Key] = true
	}
	return nil
}

func (c *Change) check() error {
	fail := func(msg, hint string) error {
		return &entente.Error{Kind: entente.Invalid, Op: "write", Place: c.String(), Msg: msg, Hint: hint}
	}
	switch {
	case c.Kind == "" || c.ID == "" || len(c.Kind) > 64 || len(c.ID) > 1000:
		return fail("the record has no kind or id, or an overlong one", "")
	case strings.ContainsFunc(c.Kind+c.ID, func(r rune) bool { return r < 0x20 || r == 0x7f }):
		return fail("the id holds a control character", "leave it out")
	case !slices.Contains(States, c.State):
		return fail(fmt.Sprintf("%q is not a state", c.State), "expected draft, in-review, published or retired")
	case c.Base < Any:
		return fail("the base is no version", "")
	case c.Layer != "" && !strings.HasPrefix(c.Layer, Private("")):
		return fail(fmt.Sprintf("%q is not a layer", c.Layer), "expected none, or private:NAME")
	case c.Layer != "" && (c.State == Published || c.State == InReview):
		return fail("what is private cannot be published", "take it out of the private layer first")
	case len(c.Body) > MaxBody:
		return fail("the record is too large", fmt.Sprintf("at most %d bytes", MaxBody))
	case !json.Valid(c.Body):
		return fail("the body is not JSON", "")
	}
	if datapackage.Columns(c.Kind) == nil || c.State == Retired || c.State == Draft {
		return nil // a draft may be unfinished: it is checked on its way to the public
	}
	row, err := DecodeRow(c.Kind, c.Body)
	if err != nil {
		return err
	}
	if row.ID() != c.ID {
		return fail(fmt.Sprintf("the row's own key is %q", row.ID()), "key and id must be the same")
	}
	return row.Check()
}

// keptWords are the further words of the search as they are kept with the
// version: a restored record is found by them again.
func (c *Change) keptWords() string {
	s := c.Words
	if len(s) > maxWords {
		s = strings.ToValidUTF8(s[:maxWords], "")
	}
	return strings.ReplaceAll(s, "\x00", " ")
}

// hash tells whether two versions are the same in what a reader sees.
func (c *Change) hash() string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s\x00%s\x00", c.State, c.Layer) // a hash takes everything
	_, _ = h.Write(c.Body)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// save is Save inside its transaction.
func (s *Store) save(ctx context.Context, q querier, r Reason, changes []Change) (Commit, error) {
	c := Commit{Who: r.Who, Why: r.Why, Via: r.Via}
	now := s.now().UTC().UnixMicro()
	// The clock's row is taken first: whoever holds it writes alone.
	var at int64
	err := q.QueryRowContext(ctx, "UPDATE clock SET seq = seq + 1, at = CASE WHEN at >= $1 THEN at + 1 ELSE $1 END WHERE one = 1 RETURNING seq, at", now).Scan(&c.Seq, &at)
	if err != nil {
		return c, err
	}
	c.At = time.UnixMicro(at).UTC()
	w := writer{s: s, q: q, seq: c.Seq, skipSame: r.SkipSame, known: map[datapackage.Ref]bool{}}
	for start := 0; start < len(changes); start += chunk {
		part := changes[start:min(start+chunk, len(changes))]
		if err := ctx.Err(); err != nil {
			return c, err
		}
		if err := w.write(ctx, part); err != nil {
			return c, err
		}
		if r.Progress != nil {
			if err := r.Progress(start + len(part)); err != nil {
				return c, err
			}
		}
	}
	if err := w.references(ctx); err != nil {
		return c, err
	}
	if w.count == 0 { // nothing new: give the number back
		_, err := q.ExecContext(ctx, "UPDATE clock SET seq = seq - 1 WHERE one = 1")
		return Commit{Who: r.Who, Why: r.Why, Via: r.Via}, err
	}
	c.Changes = w.count
	if _, err := q.ExecContext(ctx, "INSERT INTO commits (seq, at, who, why, via, changes) VALUES ($1, $2, $3, $4, $5, $6)", c.Seq, at, c.Who, c.Why, c.Via, c.Changes); err != nil {
		return c, err
	}
	if w.public {
		_, err = q.ExecContext(ctx, "UPDATE clock SET public = seq WHERE one = 1")
	}
	return c, err
}

// writer is the state of one write.
type writer struct {
	s        *Store
	q        querier
	seq      int64
	skipSame bool
	count    int
	public   bool
	refs     []rowRef
	retired  []Key
	known    map[datapackage.Ref]bool // references found to be published
}

// rowRef is what a row that is being published refers to.
type rowRef struct {
	from Key
	to   datapackage.Ref
}

// write writes one chunk.
func (w *writer) write(ctx context.Context, changes []Change) error {
	keys := make([]Key, len(changes))
	for i := range changes {
		keys[i] = changes[i].Key
	}
	heads, err := w.s.engine.heads(ctx, w.q, keys)
	if err != nil {
		return err
	}
	var versions, newHeads, publish, drop [][]any
	for i := range changes {
		c := &changes[i]
		h, there := heads[c.Key]
		hash := c.hash()
		if w.skipSame && there && h.hash == hash {
			continue
		}
		if c.Base != Any && c.Base != h.version {
			return w.conflict(ctx, c, h)
		}
		if there && h.layer != c.Layer && h.layer != "" && c.Layer != "" {
			return &entente.Error{Kind: entente.Denied, Op: "write", Place: c.String(), Msg: "the record is in another private layer"}
		}
		n := h.version + 1
		versions = append(versions, []any{c.Kind, c.ID, n, h.version, w.seq, string(c.State), c.Layer, string(c.Body), c.keptWords()})
		newHeads = append(newHeads, []any{c.Kind, c.ID, n, string(c.State), c.Layer, hash, c.Actor, c.Proposition, c.Source, c.Coder, searchText(c)})
		switch c.State {
		case Published:
			publish = append(publish, []any{c.Kind, c.ID, n, string(c.Body)})
			w.public = true
			if row, err := DecodeRow(c.Kind, c.Body); err == nil && datapackage.Columns(c.Kind) != nil {
				w.known[datapackage.Ref{Table: c.Kind, ID: c.ID}] = true
				for _, to := range row.Refs() {
					w.refs = append(w.refs, rowRef{c.Key, to})
				}
			}
		case Retired:
			drop = append(drop, []any{c.Kind, c.ID})
			w.public = w.public || c.Layer == "" // what is private never was public
			w.retired = append(w.retired, c.Key)
		}
		w.count++
	}
	for _, p := range []struct {
		put  put
		rows [][]any
	}{{putVersions, versions}, {putHeads, newHeads}, {putPublished, publish}, {dropPublished, drop}} {
		if len(p.rows) > 0 {
			if err := w.s.engine.put(ctx, w.q, p.put, p.rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// conflict tells who was faster.
func (w *writer) conflict(ctx context.Context, c *Change, h head) error {
	e := &entente.Error{Kind: entente.Conflict, Op: "write", Place: c.String()}
	switch {
	case h.version == 0:
		e.Msg, e.Hint = fmt.Sprintf("version %d is not there", c.Base), "load the record again"
	case c.Base == 0:
		e.Msg, e.Hint = "the record is there already", "edit it, or take another id"
	default:
		e.Msg, e.Hint = fmt.Sprintf("somebody changed it meanwhile: you started from version %d, now it is %d", c.Base, h.version), "load the record again, look at the change, and repeat yours"
		var who string
		var at int64
		err := w.q.QueryRowContext(ctx, "SELECT m.who, m.at FROM versions v JOIN commits m ON m.seq = v.seq WHERE v.kind = $1 AND v.id = $2 AND v.version = $3", c.Kind, c.ID, h.version).Scan(&who, &at)
		if err == nil {
			e.Msg += fmt.Sprintf(", by %s at %s", who, time.UnixMicro(at).UTC().Format(time.RFC3339))
		}
	}
	return e
}

// searchText is what the search sees of a record: its words, not the names of
// its columns.
func searchText(c *Change) string {
	var b strings.Builder
	b.WriteString(c.ID)
	collect(&b, c.Body)
	if c.Words != "" {
		b.WriteByte('\n')
		b.WriteString(c.Words)
	}
	s := b.String()
	if len(s) > maxWords {
		s = strings.ToValidUTF8(s[:maxWords], "")
	}
	return strings.ReplaceAll(s, "\x00", " ")
}

// collect gathers the strings of a JSON value.
func collect(b *strings.Builder, body []byte) {
	for rest := body[min(1, len(body)):]; len(rest) > 0; { // flat objects without escapes, without decoding
		_, after, ok := plainString(rest)
		if !ok || len(after) == 0 || after[0] != ':' {
			break
		}
		value, after, ok := plainString(after[1:])
		if !ok {
			break
		}
		b.WriteByte('\n')
		b.Write(value)
		if len(after) < 2 {
			return
		}
		rest = after[1:]
	}
	var v any
	if json.Unmarshal(body, &v) == nil {
		gather(b, v)
	}
}

func gather(b *strings.Builder, v any) {
	switch v := v.(type) {
	case string:
		b.WriteByte('\n')
		b.WriteString(v)
	case []any:
		for _, x := range v {
			gather(b, x)
		}
	case map[string]any:
		for _, x := range v {
			gather(b, x)
		}
	}
}
