package auth

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/alexedwards/scs/v2"
)

// Cookie names. With HTTPS they carry the prefix __Host-, with which a browser
// takes them from this host alone, over HTTPS, for all paths.
const (
	sessionCookie = "entente_session"
	flowCookie    = "entente_signin"
)

// What a session holds.
const (
	keyAccount = "account"
	keyEpoch   = "epoch"
	keyVia     = "via"
)

// sessions keeps signed-in browsers with scs, over a SessionStore. A session
// holds the account's name and epoch; role and state are looked up anew for
// each request, so that every change works at once.
type sessions struct {
	scs   *scs.SessionManager
	store SessionStore
	now   func() time.Time
}

func newSessions(store SessionStore, c Config, now func() time.Time) *sessions {
	// Not scs.New, which starts a goroutine for a store in memory that nobody
	// needs here.
	m := &scs.SessionManager{
		Store: scsStore{store, now}, Codec: codec{}, HashTokenInStore: true,
		IdleTimeout: c.idle(), Lifetime: c.absolute(),
		Cookie: scs.SessionCookie{
			Name: cookieName(sessionCookie, c.Secure()), Path: "/", Secure: c.Secure(),
			HttpOnly: true, SameSite: http.SameSiteLaxMode,
		},
	}
	return &sessions{m, store, now}
}

// cookieName adds the prefix that binds a cookie to its host.
func cookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

// begin starts a session for an account under a new secret; the session that
// the browser had before ends.
func (s *sessions) begin(w http.ResponseWriter, r *http.Request, a Account, via Via) error {
	ctx, err := s.load(r)
	if err != nil {
		return err
	}
	if err := s.scs.RenewToken(ctx); err != nil {
		return err
	}
	if err := s.scs.Clear(ctx); err != nil {
		return err
	}
	s.scs.Put(ctx, keyAccount, a.Name)
	s.scs.Put(ctx, keyEpoch, strconv.FormatInt(a.Epoch, 10))
	s.scs.Put(ctx, keyVia, string(via))
	token, expires, err := s.scs.Commit(ctx)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	s.scs.WriteSessionCookie(ctx, w, token, expires)
	return nil
}

// end ends the session of a request and clears its cookie.
func (s *sessions) end(w http.ResponseWriter, r *http.Request) error {
	ctx, err := s.load(r)
	if err != nil {
		return err
	}
	if s.scs.Token(ctx) != "" {
		if err := s.scs.Destroy(ctx); err != nil {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	s.scs.WriteSessionCookie(ctx, w, "", time.Time{})
	return nil
}

// find returns what the session of a request holds, and keeps the session from
// growing idle; ok is false without a session that lasts.
func (s *sessions) find(r *http.Request) (account string, epoch int64, via Via, ok bool, err error) {
	var row Session
	r = r.WithContext(context.WithValue(r.Context(), rowKey{}, &row))
	ctx, err := s.load(r)
	if err != nil || row.ID == "" {
		return "", 0, "", false, err
	}
	deadline := s.scs.Deadline(ctx)
	if now := s.now(); !now.Before(deadline) {
		return "", 0, "", false, nil
	}
	if err := s.touch(ctx, row, deadline); err != nil {
		return "", 0, "", false, err
	}
	epoch, err = strconv.ParseInt(s.scs.GetString(ctx, keyEpoch), 10, 64)
	if err != nil {
		return "", 0, "", false, nil
	}
	return s.scs.GetString(ctx, keyAccount), epoch, Via(s.scs.GetString(ctx, keyVia)), true, nil
}

// touch moves the end of a session that is in use. It writes only when a
// twentieth of the idle time has passed, or once at the last stretch, and never
// brings a session back that was ended meanwhile.
func (s *sessions) touch(ctx context.Context, row Session, deadline time.Time) error {
	expires := s.now().UTC().Add(s.scs.IdleTimeout)
	least := s.scs.IdleTimeout / 20
	if expires.After(deadline) {
		expires, least = deadline, time.Second
	}
	if expires.Sub(row.Expires) < least {
		return nil
	}
	return s.store.TouchSession(ctx, row.ID, expires)
}

// load reads the session that the request's cookie names, or a new empty one.
func (s *sessions) load(r *http.Request) (context.Context, error) {
	token := ""
	if c, err := r.Cookie(s.scs.Cookie.Name); err == nil {
		token = c.Value
	}
	return s.scs.Load(r.Context(), token)
}

// rowKey carries a *Session to which a found row is copied.
type rowKey struct{}

// scsStore lets scs work on a SessionStore.
type scsStore struct {
	store SessionStore
	now   func() time.Time
}

func (a scsStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	s, found, err := a.store.FindSession(ctx, token, a.now().UTC())
	if err != nil || !found {
		return nil, false, err
	}
	if _, _, err := (codec{}).Decode(s.Data); err != nil {
		return nil, false, nil // a row that cannot be read is no session
	}
	if row, ok := ctx.Value(rowKey{}).(*Session); ok {
		*row = s
	}
	return s.Data, true, nil
}

func (a scsStore) CommitCtx(ctx context.Context, token string, b []byte, expires time.Time) error {
	_, values, err := codec{}.Decode(b)
	if err != nil {
		return err
	}
	account, _ := values[keyAccount].(string)
	return a.store.SaveSession(ctx, Session{ID: token, Account: account, Data: b, Expires: expires.UTC()})
}

func (a scsStore) DeleteCtx(ctx context.Context, token string) error {
	_, err := a.store.DeleteSession(ctx, token)
	return err
}

// The three functions without a context are never called by scs when those with
// one are there; its interface asks for them.

func (a scsStore) Find(token string) ([]byte, bool, error) {
	return a.FindCtx(context.Background(), token)
}

func (a scsStore) Commit(token string, b []byte, expires time.Time) error {
	return a.CommitCtx(context.Background(), token, b, expires)
}

func (a scsStore) Delete(token string) error { return a.DeleteCtx(context.Background(), token) }

// codec writes a session as JSON with texts only: nothing that is decoded from
// the store can become another type.
type codec struct{}

type coded struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

// Encode writes a session.
func (codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	c := coded{Deadline: deadline, Values: map[string]string{}}
	for k, v := range values {
		if text, ok := v.(string); ok {
			c.Values[k] = text
		}
	}
	return json.Marshal(c)
}

// Decode reads a session.
func (codec) Decode(b []byte) (time.Time, map[string]any, error) {
	var c coded
	if err := json.Unmarshal(b, &c); err != nil {
		return time.Time{}, nil, err
	}
	values := make(map[string]any, len(c.Values))
	for k, v := range c.Values {
		values[k] = v
	}
	return c.Deadline, values, nil
}
