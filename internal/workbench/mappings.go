package workbench

import (
	"context"
	"encoding/json"
	"time"

	"entente"
	"entente/internal/ingest/all"
	"entente/internal/store"
)

// Mapping is saved settings of an import: the next file of the sort is read the
// same way.
type Mapping struct {
	ID       string       `json:"-"`
	Version  int          `json:"-"`
	Name     string       `json:"name"`
	Settings all.Settings `json:"settings"`
	By       string       `json:"by"`
	At       time.Time    `json:"at"`
}

// SaveMapping keeps settings under a name; base is the version that the user
// saw, 0 for a new one. Errors: Invalid for faults of the settings; Conflict
// when the name is taken or somebody changed it meanwhile.
func (b *Bench) SaveMapping(ctx context.Context, u User, name string, s all.Settings, base int) (*Mapping, error) {
	const op = "save mapping"
	name, err := needed(op, "name", name, MaxShort)
	if err != nil {
		return nil, err
	}
	id := slug(name, 80)
	if id == "" {
		return nil, fault(entente.Invalid, op, "name", "the name has no letter or digit of the Latin alphabet", "add one")
	}
	s.Name = name
	if err := s.Check(name); err != nil {
		return nil, err
	}
	m := Mapping{ID: id, Version: base + 1, Name: name, Settings: s, By: u.Name, At: b.now().UTC().Truncate(time.Second)}
	if base == 0 { // a name that was dropped may be used again
		switch _, v, err := get[json.RawMessage](ctx, b, KindMapping, id); {
		case err == nil && v.State == store.Retired:
			base, m.Version = v.Number, v.Number+1
		case err != nil && entente.KindOf(err) != entente.NotFound:
			return nil, err
		}
	}
	c, err := change(KindMapping, id, base, m, store.Facets{})
	if err != nil {
		return nil, err
	}
	_, err = b.save(ctx, u, "save mapping "+name, c)
	return &m, err
}

// Mappings lists the saved settings in the order of their names.
func (b *Bench) Mappings(ctx context.Context) ([]Mapping, error) {
	out := []Mapping{}
	err := b.each(ctx, store.Query{Kinds: []string{KindMapping}, States: live}, func(v *store.Version) error {
		m, err := decode[Mapping](v)
		if err == nil {
			m.ID, m.Version = v.ID, v.Number
			out = append(out, *m)
		}
		return err
	})
	return out, err
}

// DropMapping takes saved settings out of the list.
func (b *Bench) DropMapping(ctx context.Context, u User, id string, base int) error {
	_, v, err := get[json.RawMessage](ctx, b, KindMapping, id)
	if err != nil {
		return err
	}
	c := again(v, store.Retired)
	c.Base = base
	_, err = b.save(ctx, u, "drop mapping "+id, c)
	return err
}
