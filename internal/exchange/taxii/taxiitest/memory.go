package taxiitest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"entente"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// Marks of the Traffic Light Protocol 2.0.
const (
	Clear = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
	Red   = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
)

// Rights are what an account may do in a collection.
type Rights struct{ Read, Write bool }

// Memory is a backend that keeps everything in lists and looks at all of it each
// time. It knows two rules of handling: what is marked RED is refused, everything
// else is for everybody who may read.
type Memory struct {
	now func() time.Time

	mu       sync.Mutex
	logins   map[string]string // by token
	places   []*place
	versions map[stix.ID][]stix.Version
	statuses map[string]memoryStatus
}

type memoryStatus struct {
	partner string
	status  *taxii.Status
}

type place struct {
	taxii.Collection
	rights  map[string]Rights
	last    taxii.Stamp
	entries []entry // by stamp
}

type entry struct {
	taxii.Record
	at stix.Time
}

// NewMemory makes an empty backend.
func NewMemory(now func() time.Time) *Memory {
	return &Memory{
		now: now, logins: map[string]string{}, versions: map[stix.ID][]stix.Version{},
		statuses: map[string]memoryStatus{},
	}
}

// Login lets a partner in with a bearer token.
func (m *Memory) Login(token, partner string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.logins[token] = partner
}

// Open opens a collection.
func (m *Memory) Open(c taxii.Collection, rights map[string]Rights) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.places = append(m.places, &place{Collection: c, rights: rights})
}

func notFound(what string) error { return &entente.Error{Kind: entente.NotFound, Msg: what} }

// Authenticate implements [taxii.Backend].
func (m *Memory) Authenticate(_ context.Context, c taxii.Credentials) (taxii.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if partner, ok := m.logins[c.Bearer]; ok {
		return taxii.Account{Partner: partner}, nil
	}
	return taxii.Account{}, &entente.Error{Kind: entente.Denied, Msg: "not known"}
}

// Root implements [taxii.Backend].
func (m *Memory) Root(context.Context, taxii.Account) (taxii.RootInfo, error) {
	return taxii.RootInfo{Title: "Memory", Description: "Synthetic."}, nil
}

// Collections implements [taxii.Backend].
func (m *Memory) Collections(_ context.Context, a taxii.Account) ([]taxii.Collection, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []taxii.Collection
	for _, p := range m.places {
		if c, ok := p.of(a); ok {
			list = append(list, c)
		}
	}
	return list, nil
}

func (p *place) of(a taxii.Account) (taxii.Collection, bool) {
	c, r := p.Collection, p.rights[a.Partner]
	c.CanRead, c.CanWrite = r.Read, r.Write
	return c, r.Read || r.Write
}

// Collection implements [taxii.Backend].
func (m *Memory) Collection(_ context.Context, a taxii.Account, name string) (taxii.Collection, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.places {
		if c, ok := p.of(a); ok && (p.ID == name || p.Alias != "" && p.Alias == name) {
			return c, nil
		}
	}
	return taxii.Collection{}, notFound("there is no such collection")
}

func (m *Memory) place(id string) *place {
	for _, p := range m.places {
		if p.ID == id {
			return p
		}
	}
	return &place{}
}

// Page implements [taxii.Backend].
func (m *Memory) Page(_ context.Context, _ taxii.Account, collection string, q taxii.Query) (*taxii.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out taxii.Page
	size := int64(0)
	for _, e := range selected(m.place(collection).entries, q.Filter) {
		if e.Added <= max(q.After, q.AddedAfter) {
			continue
		}
		size += int64(len(e.Body))
		if n := len(out.Records); n == q.Limit || n > 0 && q.Bodies && size > q.Bytes {
			out.More = true
			break
		}
		if !q.Bodies {
			e.Body = nil
		}
		out.Records = append(out.Records, e.Record)
		out.Next = e.Added
	}
	out.Known = slices.ContainsFunc(m.place(collection).entries, func(e entry) bool { return e.ID == q.Object })
	return &out, nil
}

// selected is what the filters leave, whatever was asked of the time of adding.
func selected(all []entry, f taxii.Filter) []entry {
	rest := keep(all, func(e entry) bool {
		return (f.Object == "" || e.ID == f.Object) && (len(f.IDs) == 0 || slices.Contains(f.IDs, e.ID)) &&
			(len(f.Types) == 0 || slices.Contains(f.Types, e.ID.Type()))
	})
	rest = keep(rest, func(e entry) bool {
		if len(f.Specs) > 0 {
			return slices.Contains(f.Specs, e.Spec)
		}
		return !slices.ContainsFunc(rest, func(o entry) bool { return o.ID == e.ID && o.Spec > e.Spec })
	})
	v := f.Versions
	return keep(rest, func(e entry) bool {
		older := slices.ContainsFunc(rest, func(o entry) bool { return o.ID == e.ID && o.at.Compare(e.at) < 0 })
		newer := slices.ContainsFunc(rest, func(o entry) bool { return o.ID == e.ID && o.at.Compare(e.at) > 0 })
		last := v.Last || !v.All && !v.First && len(v.Exact) == 0
		return v.All || v.First && !older || last && !newer || slices.ContainsFunc(v.Exact, e.at.Equal)
	})
}

func keep(list []entry, good func(entry) bool) []entry {
	var out []entry
	for _, e := range list {
		if good(e) {
			out = append(out, e)
		}
	}
	return out
}

// Add implements [taxii.Backend].
func (m *Memory) Add(_ context.Context, a taxii.Account, collection string, r io.Reader) (*taxii.Status, error) {
	var raws [][]byte
	reader := stix.NewReader(r, stix.DefaultStreamLimits)
	for {
		raw, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		raws = append(raws, raw)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	st := &taxii.Status{ID: uuid.NewString(), Status: "complete", RequestTimestamp: taxii.Stamp(m.now().UnixMicro()).String(), TotalCount: len(raws)}
	for _, raw := range raws {
		o, faults := stix.ParseItem(raw, stix.DefaultLimits)
		if len(faults) == 0 {
			faults = stix.Refusals(stix.Validate(o))
		}
		if len(faults) == 0 && slices.Contains(o.Marks(), Red) {
			faults = []stix.Fault{{Rule: "red", Msg: "RED goes to named people only"}}
		}
		if len(faults) == 0 {
			faults = stix.Refusals(m.put(a, m.place(collection), o))
		}
		d := taxii.StatusDetail{ID: string(o.ID()), Version: o.VersionTime().String()}
		if len(faults) == 0 {
			st.Successes = append(st.Successes, d)
			continue
		}
		var why []string
		for _, f := range faults {
			why = append(why, f.String())
		}
		d.Message = strings.Join(why, "; ")
		st.Failures = append(st.Failures, d)
	}
	st.SuccessCount, st.FailureCount = len(st.Successes), len(st.Failures)
	m.statuses[st.ID] = memoryStatus{a.Partner, st}
	return st, nil
}

func (m *Memory) put(a taxii.Account, p *place, o *stix.Object) []stix.Fault {
	maker := stix.Writer{Name: a.Partner}
	if len(m.versions[o.ID()]) == 0 || m.versions[o.ID()][0].From == a.Partner {
		maker.Identities = []stix.ID{o.CreatedBy()}
	}
	verdict, faults := stix.Judge(o, m.versions[o.ID()], maker)
	if verdict == stix.Refused {
		return faults
	}
	if verdict == stix.New {
		m.versions[o.ID()] = append(m.versions[o.ID()], stix.VersionOf(o, a.Partner))
	}
	if slices.ContainsFunc(p.entries, func(e entry) bool { return e.ID == o.ID() && e.at.Equal(o.VersionTime()) }) {
		return nil // there already
	}
	p.last = max(p.last+1, taxii.Stamp(m.now().UnixMicro()))
	p.entries = append(p.entries, entry{
		Record: taxii.Record{ID: o.ID(), Added: p.last, Version: o.VersionTime().String(), Spec: o.SpecVersion(), Body: bytes.Clone(o.Raw())},
		at:     o.VersionTime(),
	})
	return nil
}

// Status implements [taxii.Backend].
func (m *Memory) Status(_ context.Context, a taxii.Account, id string) (*taxii.Status, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.statuses[id]; ok && s.partner == a.Partner {
		return s.status, nil
	}
	return nil, notFound("there is no such status")
}

// Delete implements [taxii.Backend].
func (m *Memory) Delete(_ context.Context, _ taxii.Account, collection string, object stix.ID, v taxii.Versions) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.place(collection)
	if !slices.ContainsFunc(p.entries, func(e entry) bool { return e.ID == object }) {
		return notFound("there is no such object")
	}
	gone := selected(p.entries, taxii.Filter{Object: object, Versions: v, Specs: []string{"2.0", "2.1"}})
	p.entries = keep(p.entries, func(e entry) bool {
		return !slices.ContainsFunc(gone, func(g entry) bool { return g.Added == e.Added })
	})
	return nil
}
