package desk

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/ledger"
	"entente/internal/store"
)

var exchangeLogRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/exchange/log", Action: auth.ExchangeRead, Do: exchanging(showExchangeLog)},
	{Method: http.MethodPost, Pattern: "/desk/exchange/log/proof", Action: auth.ExchangeManage, Do: exchanging(sendProof)},
}

// exchangeLogScreen is what the tamper-evident log shows of itself.
type exchangeLogScreen struct {
	Tabs     []tab
	Origin   string
	Public   string // the key that others trust
	Size     int64
	Own      []checkpointRow
	Others   []othersRow
	Leaves   []leafRow
	MayProof bool
	Form     *Form
	Proof    []Field
}

// checkpointRow is one signed checkpoint.
type checkpointRow struct {
	Size      int64
	At        time.Time
	Witnesses []ledger.Signature
	Proven    bool
	Note      string
}

// othersRow is what was seen of the log of a partner.
type othersRow struct {
	Name, Href, Origin string
	Last               *checkpointRow
	Splits             int // checkpoints that do not fit what was seen before
}

// leafRow is one leaf.
type leafRow struct {
	ledger.Opening
	Word string
	Href string
}

// What the page shows at once.
const (
	shownCheckpoints = 20
	shownLeaves      = 50
)

func showExchangeLog(c *Call, n *exchangeNode) error { return c.exchangeLog(n, nil, http.StatusOK) }

func (c *Call) exchangeLog(n *exchangeNode, f *Form, status int) error {
	rev, err := n.Book.Settings(c.Context())
	if err != nil {
		return err
	}
	ring, err := ringOf(n, &rev.Settings)
	if err != nil {
		return err
	}
	s := &exchangeLogScreen{}
	err = c.reading(func(ctx context.Context, q store.Querier) (err error) {
		*s = exchangeLogScreen{Tabs: c.exchangeTabs("log"), Origin: n.Log.Origin(), Public: n.Key.Public(), MayProof: c.May(auth.ExchangeManage)}
		if s.Size, err = n.Log.Size(ctx, q); err != nil {
			return err
		}
		own, err := ledger.Checkpoints(ctx, q, n.Log.Origin(), shownCheckpoints)
		if err != nil {
			return err
		}
		for i := range own {
			s.Own = append(s.Own, checkpointOf(ring, &own[i]))
		}
		if err := c.others(ctx, q, ring, &rev.Settings, s); err != nil {
			return err
		}
		from := max(0, s.Size-shownLeaves)
		if s.Size == 0 {
			return nil
		}
		list, err := n.Log.List(ctx, q, from, shownLeaves)
		for _, o := range slices.Backward(list) {
			row := leafRow{Opening: o, Word: c.T.Label("exchange-leaf", string(o.Kind))}
			row.Href = leafHref(row.Object)
			s.Leaves = append(s.Leaves, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	if s.Form = f; f == nil {
		s.Form = c.NewForm()
	}
	who := []Option{{Value: ledger.Everybody, Word: c.T.T("exchange.proof.auditor")}}
	for _, p := range rev.Partners {
		who = append(who, Option{Value: p.ID, Word: nameOr(p.Name, p.ID)})
	}
	s.Proof = s.Form.Fields(Field{Name: "for", Label: c.T.T("exchange.proof.for"), Kind: "select", Required: true, Options: who, Hint: c.T.T("exchange.proof.for.hint")})
	return c.showExchange(Page{
		Template: "exchange-log", Data: s, Status: status, Kicker: c.T.T("exchange.title"), Title: c.T.T("exchange.log"), Lede: c.T.T("exchange.log.lede", "n", int(s.Size)),
	})
}

// ringOf are the keys that the node trusts: its own, and those of its partners.
func ringOf(n *exchangeNode, s *partner.Settings) (*ledger.Keyring, error) {
	keys := []string{n.Key.Public()}
	for _, p := range s.Partners {
		if p.Log != "" {
			keys = append(keys, p.Log)
		}
	}
	return ledger.NewKeyring(keys...)
}

func checkpointOf(ring *ledger.Keyring, k *ledger.KeptCheckpoint) checkpointRow {
	row := checkpointRow{Size: k.Size, At: k.At, Proven: k.Proven, Note: string(k.Note)}
	if p, err := ring.OpenCheckpoint(k.Note); err == nil { // one whose key is trusted no more is shown without names
		row.Witnesses = p.Witnesses()
	}
	return row
}

// others lists what was seen of the logs of partners.
func (c *Call) others(ctx context.Context, q store.Querier, ring *ledger.Keyring, settings *partner.Settings, s *exchangeLogScreen) error {
	for i := range settings.Partners {
		p := &settings.Partners[i]
		if p.Log == "" {
			continue
		}
		row := othersRow{Name: nameOr(p.Name, p.ID), Href: partnerHref(p.ID), Origin: p.LogName()}
		list, err := ledger.Checkpoints(ctx, q, row.Origin, shownCheckpoints)
		if err != nil {
			return err
		}
		for j := range list {
			switch k := checkpointOf(ring, &list[j]); {
			case !k.Proven:
				row.Splits++
			case row.Last == nil:
				row.Last = &k
			}
		}
		s.Others = append(s.Others, row)
	}
	return nil
}

// leafHref is the page of what a leaf is about, if there is one.
func leafHref(object string) string {
	if id, why := stix.ParseID(object); why == "" {
		return objectHref(id)
	}
	return ""
}

// sendProof sends the folder by which a partner or an auditor can check the log
// without a network, as a tar file.
func sendProof(c *Call, n *exchangeNode) error {
	f, err := c.Form()
	if err != nil {
		return err
	}
	forWhom := f.Needed("for", 100)
	if !f.OK() {
		return c.exchangeLog(n, f, http.StatusBadRequest)
	}
	dir, err := os.MkdirTemp("", "entente-proof-")
	if err != nil {
		return &entente.Error{Kind: entente.Unavailable, Op: "proof", Msg: "there is no room for the folder", Err: err}
	}
	defer func() { _ = os.RemoveAll(dir) }() // what is left is in a folder for that
	if _, err := n.Export(c.Context(), dir, forWhom, nil); err != nil {
		status := auth.StatusOf(err)
		if err := f.Refuse(err, "for"); err != nil {
			return err
		}
		return c.exchangeLog(n, f, status)
	}
	if err := c.auditExchange(auth.Export, "proof of the exchange", "for "+forWhom); err != nil {
		return err
	}
	return c.sendTar(dir)
}

// proofTime is how long the sending of a proof may take.
const proofTime = 10 * time.Minute

// sendTar sends a folder. The whole file is made first, so that its length is told
// and nobody takes a part for the whole.
func (c *Call) sendTar(dir string) error {
	unavailable := func(err error) error {
		return &entente.Error{Kind: entente.Unavailable, Op: "proof", Msg: "the file cannot be made", Hint: "is the disk full?", Err: err}
	}
	file, err := os.CreateTemp("", "entente-proof-*.tar")
	if err != nil {
		return unavailable(err)
	}
	defer func() { _ = errors.Join(file.Close(), os.Remove(file.Name())) }()
	if err := writeTar(file, dir, c.Desk.now()); err != nil {
		return unavailable(err)
	}
	size, err := file.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return unavailable(err)
	}
	_ = http.NewResponseController(c.W).SetWriteDeadline(c.Desk.now().Add(proofTime)) // a recorder in a test has none
	c.W.Header().Set("Content-Type", "application/x-tar")
	c.W.Header().Set("Content-Disposition", `attachment; filename="entente-proof.tar"`)
	c.W.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	_, _ = io.Copy(c.W, file) // the reader may be gone
	return nil
}

// writeTar writes the files of a folder in the order of their names.
func writeTar(w io.Writer, dir string, at time.Time) error {
	out := tar.NewWriter(w)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if err := out.WriteHeader(&tar.Header{Name: filepath.ToSlash(filepath.Join("proof", name)), Mode: 0o600, Size: info.Size(), ModTime: at.Truncate(time.Second)}); err != nil {
			return err
		}
		in, err := os.Open(path)
		if err != nil {
			return err
		}
		_, err = io.Copy(out, in)
		return errors.Join(err, in.Close())
	})
	return errors.Join(err, out.Close())
}
