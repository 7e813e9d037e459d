package node

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"filippo.io/age/armor"
	"github.com/google/uuid"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/ledger"
	"entente/internal/store"
)

// Recipient is a function at a partner, by name.
type Recipient struct {
	Partner string `json:"partner"`
	Name    string `json:"name"`
}

// ParseRecipient reads PARTNER/FUNCTION.
func ParseRecipient(s string) (Recipient, error) {
	p, name, ok := strings.Cut(s, "/")
	if !ok || p == "" || name == "" {
		return Recipient{}, &entente.Error{Kind: entente.Invalid, Op: "seal", Place: s, Msg: "this names no recipient", Hint: "expected PARTNER/FUNCTION, such as japan/duty-officer"}
	}
	return Recipient{p, name}, nil
}

func (r Recipient) String() string { return r.Partner + "/" + r.Name }

// SealRequest asks to send something as RED to named people.
type SealRequest struct {
	Records  []datapackage.Ref
	Only     bool // as in [Request]
	Files    []File
	To       []Recipient
	Who, Why string
	DryRun   bool
}

// Sealing is what was sealed, and for whom.
type Sealing struct {
	Objects []Planned  `json:"objects"`
	To      []SealedTo `json:"to"`
	Refused []Refused  `json:"refused"`
	Done    bool       `json:"done"`
}

// SealedTo is one envelope.
type SealedTo struct {
	Recipient
	ID   string `json:"id,omitempty"`
	Leaf int64  `json:"leaf"` // of the node's log; -1 while nothing was done
	// Envelope is what the recipient's key opens.
	Envelope []byte `json:"-"`

	key age.Recipient
	to  *partner.Partner
}

// Envelope is what goes to a recipient. Everybody may see it; only the recipient's
// key opens it.
type Envelope struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Created string `json:"created"`
	From    string `json:"from"` // the name of the sender's log
	To      string `json:"to"`   // the function
	Age     string `json:"age"`  // a bundle of STIX objects, encrypted with age, in armour
}

const (
	envelopeType = "x-entente-sealed"
	// maxSealed bounds what is sealed, so that the envelope is an object that the
	// log takes.
	maxSealed = 8 << 20
)

// Seal encrypts records or objects to the keys of named people at partners. Each
// gets an envelope of their own; the objects themselves never go into a collection.
//
// Errors: NotFound for a record, partner or function; Denied for a partner with
// whom the node does not deal now, and for what is not ours to pass on; Invalid for
// a request that says too little.
func (n *Node) Seal(ctx context.Context, r SealRequest) (*Sealing, error) {
	out := &Sealing{Objects: []Planned{}, To: []SealedTo{}, Refused: []Refused{}}
	if err := signed("seal", r.Who, r.DryRun); err != nil {
		return nil, err
	}
	state, err := n.Book.State(ctx)
	if err != nil {
		return nil, err
	}
	if err := n.address(state, &r, out); err != nil {
		return nil, err
	}
	w := &work{n: n, state: state, now: n.Now(), plan: &Plan{}}
	w.r = &Request{Records: r.Records, Only: r.Only, Files: r.Files, Level: handling.Red, Words: handling.Red, Who: r.Who, Why: r.Why}
	if err := w.records(ctx); err != nil {
		return nil, err
	}
	if err := w.files(ctx); err != nil {
		return nil, err
	}
	if err := w.definitions(); err != nil {
		return nil, err
	}
	for _, c := range w.list {
		out.Objects = append(out.Objects, Planned{
			ID: c.o.ID(), Type: c.o.Type(), Version: c.o.VersionTime().String(), Record: c.record, Name: c.name(), Role: c.role, For: c.reason, Level: handling.Red, Warnings: c.warnings,
		})
	}
	out.Refused = append(out.Refused, w.plan.Refused...)
	switch {
	case len(w.list) == 0 && len(out.Refused) == 0:
		return nil, &entente.Error{Kind: entente.Invalid, Op: "seal", Msg: "nothing was named to be sealed", Hint: "name records, or a file of STIX objects"}
	case r.DryRun:
		return out, nil
	case len(out.Refused) > 0:
		return nil, refusedError("seal", out.Refused)
	}
	var bundle bytes.Buffer
	if err := stix.WriteBundle(&bundle, w.objects()); err != nil {
		return nil, err
	}
	if bundle.Len() > maxSealed {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "seal", Msg: fmt.Sprintf("%d MB is more than an envelope takes, %d MB", bundle.Len()>>20, maxSealed>>20), Hint: "seal fewer records"}
	}
	for i := range out.To {
		if err := n.close(&out.To[i], bundle.Bytes()); err != nil {
			return nil, err
		}
	}
	if err := n.send(ctx, out); err != nil {
		return nil, err
	}
	out.Done = true
	return out, n.note(ctx, "seal", r.Who, r.Why, out.To[0].ID, map[string]any{"to": recipients(out.To)}) // what was sealed stays out of the history
}

func recipients(list []SealedTo) []string {
	var out []string
	for i := range list {
		out = append(out, list[i].String())
	}
	return out
}

// address finds the keys of the recipients.
func (n *Node) address(state *partner.State, r *SealRequest, out *Sealing) error {
	fail := func(k entente.Kind, place, msg, hint string) error {
		return &entente.Error{Kind: k, Op: "seal", Place: place, Msg: msg, Hint: hint}
	}
	if len(r.To) == 0 {
		return fail(entente.Invalid, "", "it is not said to whom", "RED goes to named people: --to PARTNER/FUNCTION")
	}
	var faults entente.Errors
	for _, to := range r.To {
		if slices.ContainsFunc(out.To, func(x SealedTo) bool { return x.Recipient == to }) {
			continue
		}
		p, ok := state.Partner(to.Partner)
		if !ok {
			faults = append(faults, fail(entente.NotFound, to.String(), "there is no such partner", "entente partner list names them"))
			continue
		}
		if !state.Live(to.Partner, n.Now()) {
			faults = append(faults, fail(entente.Denied, to.String(), "the partner is suspended, or its agreement has ended", ""))
			continue
		}
		k := slices.IndexFunc(p.Recipients, func(x partner.Recipient) bool { return x.Name == to.Name })
		if k < 0 {
			hint := "the partner has named nobody"
			if len(p.Recipients) > 0 {
				var names []string
				for _, x := range p.Recipients {
					names = append(names, x.Name)
				}
				hint = "there are " + strings.Join(names, ", ")
			}
			faults = append(faults, fail(entente.NotFound, to.String(), "the partner has no such function", hint))
			continue
		}
		keys, err := age.ParseRecipients(strings.NewReader(p.Recipients[k].Key))
		if err != nil || len(keys) != 1 {
			faults = append(faults, fail(entente.Invalid, to.String(), "the key of this function cannot be read", "ask the partner for its introduction again"))
			continue
		}
		out.To = append(out.To, SealedTo{Recipient: to, Leaf: -1, key: keys[0], to: p})
	}
	return faults.Err()
}

// close makes the envelope of one recipient.
func (n *Node) close(to *SealedTo, bundle []byte) error {
	id, err := uuid.NewRandomFromReader(n.Random)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	outer := armor.NewWriter(&text)
	inner, err := age.Encrypt(outer, to.key)
	if err == nil {
		_, err = inner.Write(bundle)
	}
	if err == nil {
		err = inner.Close()
	}
	if err == nil {
		err = outer.Close()
	}
	if err != nil {
		return &entente.Error{Kind: entente.Internal, Op: "seal", Place: to.String(), Msg: "it could not be encrypted", Err: err}
	}
	to.ID = envelopeType + "--" + id.String()
	to.Envelope, err = json.Marshal(Envelope{envelopeType, to.ID, stix.At(n.Now().UTC().Truncate(time.Millisecond)).String(), n.Log.Origin(), to.Name, text.String()})
	return err
}

// send keeps the envelopes for the partners to fetch, with a leaf for each.
func (n *Node) send(ctx context.Context, s *Sealing) error {
	return n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error {
		entries := make([]ledger.Entry, len(s.To))
		for i := range s.To {
			to := &s.To[i]
			e, err := readEnvelope(to.Envelope)
			if err != nil {
				return err
			}
			entries[i] = ledger.Entry{Kind: ledger.Released, Object: e.ID, Version: e.Created, Body: to.Envelope, Partner: to.to.LogName()}
		}
		leaves, err := n.Log.Append(ctx, q, entries...)
		if err != nil {
			return err
		}
		for i := range s.To {
			s.To[i].Leaf = leaves[i].Index
			if err := keep(ctx, q, s.To[i].ID, "out", s.To[i].Recipient, n.Now(), leaves[i].Index, s.To[i].Envelope); err != nil {
				return err
			}
		}
		return nil
	})
}

func keep(ctx context.Context, q store.Querier, id, way string, r Recipient, at time.Time, leaf int64, body []byte) error {
	_, err := q.ExecContext(ctx, "INSERT INTO exchange_sealed (id, way, partner, recipient, at, leaf, taken, body) VALUES ($1, $2, $3, $4, $5, $6, 0, $7)",
		id, way, r.Partner, r.Name, at.UTC().UnixMicro(), leaf, body)
	return err
}

// maxEnvelope bounds an envelope: what is sealed, in armour.
const maxEnvelope = maxSealed*3/2 + 64<<10

func readEnvelope(raw []byte) (*Envelope, error) {
	bad := func(msg string) (*Envelope, error) {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "read envelope", Msg: msg, Hint: "ask the sender for it again"}
	}
	if len(raw) > maxEnvelope {
		return bad("the envelope is too large")
	}
	var e Envelope
	if err := json.Unmarshal(raw, &e); err != nil {
		return bad("this is no envelope")
	}
	kind, id, ok := strings.Cut(e.ID, "--")
	if _, err := uuid.Parse(id); err != nil || !ok || kind != envelopeType || e.Type != envelopeType {
		return bad("this is no envelope")
	}
	if _, why := stix.ParseTime(e.Created); why != "" || len(e.Created) > ledger.MaxVersion || len(e.To) > ledger.MaxName {
		return bad("the envelope does not say when it was made")
	}
	return &e, nil
}

// KeepSealed keeps an envelope that came from a partner, as part of the caller's
// transaction; leaf is the leaf of this node's log that records it. It tells
// whether it is new. Errors: Invalid for what is no envelope.
func (n *Node) KeepSealed(ctx context.Context, q store.Querier, partner string, envelope []byte, leaf int64) (fresh bool, err error) {
	e, err := readEnvelope(envelope)
	if err != nil {
		return false, err
	}
	var there int
	if err := q.QueryRowContext(ctx, "SELECT COUNT(*) FROM exchange_sealed WHERE id = $1", e.ID).Scan(&there); err != nil || there > 0 {
		return false, err
	}
	return true, keep(ctx, q, e.ID, "in", Recipient{partner, e.To}, n.Now(), leaf, envelope)
}

// OpenEnvelope opens an envelope with the keys in a file of age identities and
// gives the bundle that is in it.
//
// Errors: Denied when the file is open to others or none of its keys fits; Invalid
// for what is no envelope.
func OpenEnvelope(envelope []byte, keyFile string) ([]byte, error) {
	e, err := readEnvelope(envelope)
	if err != nil {
		return nil, err
	}
	keys, err := readIdentities(keyFile)
	if err != nil {
		return nil, err
	}
	fail := func(k entente.Kind, msg, hint string) ([]byte, error) {
		return nil, &entente.Error{Kind: k, Op: "open envelope", Place: e.ID, Msg: msg, Hint: hint}
	}
	r, err := age.Decrypt(armor.NewReader(strings.NewReader(e.Age)), keys...)
	if err != nil {
		return fail(entente.Denied, "none of the keys opens it; it is for "+e.To, "use the key file of that function")
	}
	bundle, err := io.ReadAll(io.LimitReader(r, maxSealed+1))
	if err != nil || len(bundle) > maxSealed {
		return fail(entente.Invalid, "what is in it is damaged or too large", "ask the sender for it again")
	}
	return bundle, nil
}
