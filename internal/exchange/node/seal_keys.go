package node

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"filippo.io/age"

	"entente"
	"entente/internal/store"
)

// maxKeyFile bounds a file of keys.
const maxKeyFile = 64 << 10

// readIdentities reads a file of age identities that nobody else may read.
func readIdentities(path string) ([]age.Identity, error) {
	fail := func(k entente.Kind, msg, hint string) ([]age.Identity, error) {
		return nil, &entente.Error{Kind: k, Op: "read key", Place: path, Msg: msg, Hint: hint}
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fail(entente.NotFound, "there is no such file", "entente seal keygen makes a key")
	}
	if err != nil {
		return fail(entente.Unavailable, "the file cannot be opened", "check who may read it")
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	switch {
	case err != nil || !info.Mode().IsRegular():
		return fail(entente.Invalid, "this is no file of keys", "")
	case info.Mode().Perm()&0o077 != 0:
		return fail(entente.Denied, "others may read the file", "chmod 600 it, and make a new key if others may have read it")
	case info.Size() > maxKeyFile:
		return fail(entente.Invalid, "the file is too large for a file of keys", "")
	}
	keys, err := age.ParseIdentities(io.LimitReader(f, maxKeyFile))
	if err != nil { // the cause could repeat a key
		return fail(entente.Invalid, "this is no file of age keys", "entente seal keygen makes one")
	}
	return keys, nil
}

// NewRecipientKey makes the key of a function: the secret half goes into a new file
// that only its owner may read, the public half is returned. Classic makes a key
// that older programs of age understand; the others also withstand quantum
// computers.
//
// Errors: Conflict when the file is there.
func NewRecipientKey(path string, classic bool, now time.Time) (public string, err error) {
	var secret string
	if classic {
		k, err := age.GenerateX25519Identity()
		if err != nil {
			return "", err
		}
		secret, public = k.String(), k.Recipient().String()
	} else {
		k, err := age.GenerateHybridIdentity()
		if err != nil {
			return "", err
		}
		secret, public = k.String(), k.Recipient().String()
	}
	text := fmt.Sprintf("# created: %s\n# public key: %s\n%s\n", now.UTC().Format(time.RFC3339), public, secret)
	return public, writeNew(path, []byte(text))
}

// SealedEnvelope is an envelope that is kept here.
type SealedEnvelope struct {
	ID string `json:"id"`
	// Way is "out" or "in".
	Way       string    `json:"way"`
	Partner   string    `json:"partner"`
	Recipient string    `json:"recipient"`
	At        time.Time `json:"at"`
	Leaf      int64     `json:"leaf"`
	// Opened is when one that came in was last opened here; zero for never.
	Opened time.Time `json:"opened,omitzero"`
	Size   int       `json:"size"`
}

// maxEnvelopes bounds a list of envelopes.
const maxEnvelopes = 1000

// Envelopes lists the latest envelopes that went out and came in, the latest first.
func (n *Node) Envelopes(ctx context.Context) ([]SealedEnvelope, error) {
	var out []SealedEnvelope
	err := n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		out = []SealedEnvelope{}
		rows, err := q.QueryContext(ctx, fmt.Sprintf("SELECT id, way, partner, recipient, at, leaf, taken, LENGTH(body) FROM exchange_sealed ORDER BY at DESC, id LIMIT %d", maxEnvelopes))
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // only read
		for rows.Next() {
			var e SealedEnvelope
			var at, taken int64
			if err := rows.Scan(&e.ID, &e.Way, &e.Partner, &e.Recipient, &at, &e.Leaf, &taken, &e.Size); err != nil {
				return err
			}
			e.At = time.UnixMicro(at).UTC()
			if taken != 0 && e.Way == "in" {
				e.Opened = time.UnixMicro(taken).UTC()
			}
			out = append(out, e)
		}
		return rows.Err()
	})
	return out, err
}

// OpenSealed opens an envelope that came in and gives the bundle in it. Nothing of
// it is kept here; that it was opened is.
//
// Errors: NotFound; else as [OpenEnvelope].
func (n *Node) OpenSealed(ctx context.Context, id, keyFile string) ([]byte, error) {
	var envelope []byte
	err := n.Store.Read(ctx, func(ctx context.Context, q store.Querier) error {
		return q.QueryRowContext(ctx, "SELECT body FROM exchange_sealed WHERE id = $1 AND way = 'in'", id).Scan(&envelope)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "open envelope", Place: id, Msg: "no such envelope came in", Hint: "entente seal list names them"}
	}
	if err != nil {
		return nil, err
	}
	bundle, err := OpenEnvelope(envelope, keyFile)
	if err != nil {
		return nil, err
	}
	return bundle, n.Store.Write(ctx, func(ctx context.Context, q store.Querier) error {
		_, err := q.ExecContext(ctx, "UPDATE exchange_sealed SET taken = $1 WHERE id = $2", n.Now().UTC().UnixMicro(), id)
		return err
	})
}
