package node

import (
	"context"
	"log/slog"
	"net/url"
	"strconv"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"entente"
	"entente/internal/exchange/partner"
	"entente/internal/ledger"
	"entente/internal/store"
)

// witness looks at the partner's latest checkpoint, and cosigns it when it carries
// on what was seen before. What contradicts that is kept as evidence; from then on
// nothing of the partner's is cosigned, until a person has settled it.
func (n *Node) witness(ctx context.Context, r *peer, p *partner.Partner, report *Report) error {
	ring, err := n.ring(p)
	if err != nil {
		return err
	}
	var split Finding
	there, err := n.read(ctx, p.ID, placeSplit, &split)
	if err != nil {
		return err
	}
	if there {
		report.find(split) // at every sync, so that nobody overlooks it
		return nil
	}
	msg, err := r.text(ctx, pathCheckpoint, nil)
	if err != nil {
		return err
	}
	_, err = n.observe(ctx, r, p, ring, msg, report)
	return err
}

// observe looks at one checkpoint of the partner's log and cosigns it; false when
// it is evidence against the log, or older than what was seen.
func (n *Node) observe(ctx context.Context, r *peer, p *partner.Partner, ring *ledger.Keyring, msg []byte, report *Report) (bool, error) {
	c, err := ring.OpenCheckpoint(msg)
	if err != nil {
		return false, err
	}
	if c.Origin != p.LogName() {
		return false, &entente.Error{Kind: entente.Denied, Op: "sync", Place: p.ID, Msg: "the partner shows the log of somebody else: " + clip(c.Origin)}
	}
	seen, err := n.last(ctx, c.Origin)
	if err != nil {
		return false, err
	}
	if c.Size < seen {
		return false, n.behind(ctx, r, p, c, seen, report)
	}
	proof, err := r.consistency(ctx, c, seen)
	if err != nil {
		return false, err
	}
	w := ledger.Witness{Key: n.Key, Ring: ring, Now: n.Now, Tolerance: ledger.DefaultTolerance}
	var got *ledger.Observed
	var split Finding
	err = n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error {
		var err error
		if got, err = w.Observe(ctx, q, msg, proof); err != nil || got.Split == nil {
			return err
		}
		split = n.splitFinding(got.Split)
		return n.put(ctx, q, p.ID, placeSplit, split)
	})
	if err != nil {
		return false, err
	}
	if got.Split != nil {
		report.find(split)
		return false, nil
	}
	report.Witness = Witnessed{Size: c.Size, Root: c.Root.String(), Time: c.Time()}
	if _, err := r.post(ctx, pathCosignature, got.Cosigned); err != nil {
		return false, err
	}
	report.Witness.Cosigned = true
	return true, nil
}

// last is the size of the largest checkpoint of a log that was seen.
func (n *Node) last(ctx context.Context, origin string) (size int64, err error) {
	err = n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		size, err = ledger.Last(ctx, q, origin)
		return err
	})
	return size, err
}

// consistency asks for the proof that a checkpoint carries on the log of size seen.
func (r *peer) consistency(ctx context.Context, c *ledger.Checkpoint, seen int64) (tlog.TreeProof, error) {
	if seen == 0 || seen == c.Size {
		return nil, nil
	}
	text, err := r.text(ctx, pathConsistency, url.Values{"older": {strconv.FormatInt(seen, 10)}, "newer": {strconv.FormatInt(c.Size, 10)}})
	if err != nil {
		return nil, err
	}
	proof, err := ledger.ParseTreeProof(text)
	if err != nil {
		return nil, err
	}
	if proof.Origin != c.Origin || proof.Older != seen || proof.Newer != c.Size {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "sync", Place: r.p.ID, Msg: "the partner's proof is about something else"}
	}
	return proof.Hashes, nil
}

func (n *Node) splitFinding(s *ledger.Split) Finding {
	return Finding{What: FoundSplit, Why: s.Why, At: n.Now().UTC(), Certain: s.Certain, A: string(s.A), B: string(s.B)}
}

// behind deals with a log that has fewer leaves than it had: a restored backup,
// or a log that is rewritten. The partner is shown what this node holds, so that
// it stops signing.
func (n *Node) behind(ctx context.Context, r *peer, p *partner.Partner, c *ledger.Checkpoint, seen int64, report *Report) error {
	k, err := n.seenOf(ctx, p)
	if err != nil {
		return err
	}
	if c.Time().Before(k.At.Add(-ledger.DefaultTolerance)) {
		return nil // an old note, not an old log
	}
	f := Finding{
		What: FoundBehind, At: n.Now().UTC(), Certain: c.Time().After(k.At), A: string(k.Note), B: string(c.Note),
		Why: "the log shows " + strconv.FormatInt(c.Size, 10) + " leaves, and " + strconv.FormatInt(seen, 10) + " were seen before: it lost leaves, or is being rewritten",
	}
	report.find(f)
	if err := n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error { return n.put(ctx, q, p.ID, placeSplit, f) }); err != nil {
		return err
	}
	if _, err := r.post(ctx, pathSeen, k.Note); err != nil && !isKind(err, entente.Conflict) {
		return err
	}
	return nil
}

// askSeen asks a partner what it has seen of this node's log, and compares.
func (n *Node) askSeen(ctx context.Context, r *peer, p *partner.Partner, report *Report) error {
	note, err := r.text(ctx, pathSeen, nil)
	if isKind(err, entente.NotFound) {
		return nil // nothing yet
	}
	if err == nil {
		err = n.Seen(ctx, p.ID, note)
	}
	if report != nil && isKind(err, entente.Conflict) {
		report.find(Finding{What: FoundLost, Why: err.Error(), At: n.Now().UTC(), Certain: true, A: string(note)})
	}
	return err
}

// askTime bounds the asking before the first signature.
const askTime = 5 * time.Second

// AskSeen asks every partner that keeps a log what it has seen of this node's log:
// after a restore from an older backup it finds out before anything is signed. Who
// cannot be reached is asked again at the next sync.
func (n *Node) AskSeen(ctx context.Context) {
	state, err := n.Book.State(ctx)
	if err != nil {
		n.Logger.WarnContext(ctx, "the partners could not be asked what they have seen", slog.Any("error", err))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	var wait sync.WaitGroup
	for i := range state.Settings.Partners {
		p := &state.Settings.Partners[i]
		if p.Log == "" || p.URL == "" || !state.Live(p.ID, n.Now()) {
			continue
		}
		wait.Go(func() {
			r, err := n.dial(p)
			if err == nil {
				defer r.close()
				err = n.askSeen(ctx, r, p, nil)
			}
			if err != nil && ctx.Err() == nil {
				n.Logger.WarnContext(ctx, "a partner could not be asked what it has seen", slog.String("partner", p.ID), slog.Any("error", err))
			}
		})
	}
	wait.Wait()
}

// Settle takes back the evidence against a partner's log, so that it is cosigned
// again: for a person who knows what was behind it.
func (n *Node) Settle(ctx context.Context, partner string) error {
	if _, _, err := n.partner(ctx, partner); err != nil {
		return err
	}
	n.Logger.WarnContext(ctx, "the evidence against a partner's log was set aside", slog.String("partner", partner))
	return n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error { return drop(ctx, q, partner, placeSplit) })
}
