package partner

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/store"
)

// State is the settings at one revision, made ready for asking. It never changes.
type State struct {
	// Revision rises with every change of the settings or of a credential.
	Revision int64
	// Settings are as they were saved; they are shared and not to be changed.
	Settings Settings
	// Rules decide on releases. What has a fault is closed in them.
	Rules *handling.Rules
	// Unmarked is the level of what carries no mark: RED while the settings do not
	// give one that can be used.
	Unmarked handling.TLP
	// Faults lists what is closed because of a fault; nil for none.
	Faults error

	partners    map[string]*Partner
	collections map[string]*Collection // by id and by alias
	circles     []string               // ids in the order of the settings
}

// Partner finds a partner, also one that is suspended.
func (s *State) Partner(id string) (*Partner, bool) {
	p, ok := s.partners[id]
	return p, ok
}

// Collection finds a collection by its id or alias, also a closed one.
func (s *State) Collection(name string) (*Collection, bool) {
	c, ok := s.collections[name]
	return c, ok
}

// CollectionIDs lists the collections by id.
func (s *State) CollectionIDs() []string { return s.circles }

// Live reports whether the node deals with a partner at all: it is known, not
// suspended, and its agreement runs.
func (s *State) Live(partner string, now time.Time) bool {
	p, ok := s.partners[partner]
	return ok && !p.Suspended && (p.Until.IsZero() || now.Before(p.Until))
}

// CanRead reports whether a partner may take from a collection.
func (s *State) CanRead(partner, collection string, now time.Time) bool {
	c, ok := s.collections[collection]
	return ok && s.Rules.View(partner, c.ID, now).Open()
}

// CanWrite reports whether a partner may add to a collection.
func (s *State) CanWrite(partner, collection string, now time.Time) bool {
	c, ok := s.collections[collection]
	return ok && !c.Closed && s.Live(partner, now) && slices.Contains(c.Writers, partner)
}

// load reads what counts at revision n, which q sees as the newest.
func load(ctx context.Context, q store.Querier, n int64) (*snapshot, error) {
	ring, err := loadRing(ctx, q)
	if err != nil {
		return nil, err
	}
	s, err := stateAt(ctx, q, n)
	if err != nil {
		return nil, err
	}
	return newSnapshot(s, ring), nil
}

// At is what counted at a revision, in the transaction q. One that is not there or
// cannot be read is a state in which everything is closed.
func (b *Book) At(ctx context.Context, q store.Querier, revision int64) (*State, error) {
	if k := b.kept.Load(); k != nil && k.state.Revision == revision && revision > 0 { // a revision never changes
		return k.state, nil
	}
	return stateAt(ctx, q, revision)
}

func stateAt(ctx context.Context, q store.Querier, n int64) (*State, error) {
	var body string
	err := q.QueryRowContext(ctx, "SELECT body FROM exchange_settings WHERE n = $1", n).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return closed(n, Settings{}, entente.Errors{notSetUp()}), nil
	}
	if err != nil {
		return nil, err
	}
	s, err := decode([]byte(body))
	if err != nil {
		return closed(n, Settings{}, entente.Errors{err}), nil //nolint:nilerr // the state says it, and lets nothing out
	}
	return NewState(n, s), nil
}

// closed is a state that lets nothing out.
func closed(n int64, s Settings, faults entente.Errors) *State {
	rules, _ := handling.Policy{}.Compile() // nothing in it, so no fault
	return &State{Revision: n, Settings: s, Rules: rules, Unmarked: handling.Red, Faults: faults.Err()}
}

// ParseSettings reads settings that somebody wrote as JSON. Whether they have
// faults is [Settings.Check]'s to say. Errors: Invalid.
func ParseSettings(data []byte) (Settings, error) {
	var s Settings
	if err := decodeStrictly(data, &s); err != nil {
		return Settings{}, &entente.Error{Kind: entente.Invalid, Op: "read settings", Place: "settings", Msg: "they cannot be read", Hint: "entente partner settings prints their form", Err: err}
	}
	return s, nil
}

// decode reads settings from the store. A field that is not known is a fault: it may be a rule
// of a newer program that keeps something in.
func decode(body []byte) (Settings, error) {
	var s Settings
	if err := decodeStrictly(body, &s); err != nil {
		return Settings{}, &entente.Error{
			Kind: entente.Invalid, Op: "read the settings of the exchange", Place: "settings", Msg: "they cannot be read, so nothing is shared",
			Hint: "use the newest program, or save them again", Err: err,
		}
	}
	return s, nil
}

func decodeStrictly(body []byte, s *Settings) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		return err
	}
	if _, more := d.Token(); !errors.Is(more, io.EOF) {
		return errors.New("something stands behind the settings")
	}
	return nil
}

func notSetUp() error {
	return &entente.Error{
		Kind: entente.NotFound, Op: "read the settings of the exchange", Msg: "the node has no settings yet, so nothing is shared", Hint: "entente node init makes them",
	}
}

// Settings are the newest settings with who made them when. Errors: NotFound
// before there are any; Invalid when they cannot be read; Unavailable.
func (b *Book) Settings(ctx context.Context) (r Revision, err error) {
	err = b.db.Read(ctx, func(ctx context.Context, q store.Querier) error {
		r, err = newest(ctx, q)
		return err
	})
	return r, err
}

const revisionColumns = "n, at, who, why, body"

func newest(ctx context.Context, q store.Querier) (Revision, error) {
	r, err := scanRevision(q.QueryRowContext(ctx, "SELECT "+revisionColumns+" FROM exchange_settings ORDER BY n DESC LIMIT 1").Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Revision{}, notSetUp()
	}
	return r, err
}

func scanRevision(scan func(...any) error) (r Revision, err error) {
	var at int64
	var body string
	if err := scan(&r.N, &at, &r.Who, &r.Why, &body); err != nil {
		return Revision{}, err
	}
	r.At = instant(at)
	r.Settings, err = decode([]byte(body))
	return r, err
}
