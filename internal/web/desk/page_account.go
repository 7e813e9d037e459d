package desk

import (
	"net/http"
	"time"

	"entente"
	"entente/internal/auth"
)

var accountRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/account", Action: auth.OwnAccount, Do: showAccount},
	{Method: http.MethodPost, Pattern: "/desk/account/password", Action: auth.OwnAccount, Do: changePassword},
	{Method: http.MethodPost, Pattern: "/desk/account/everywhere", Action: auth.OwnAccount, Do: signOutEverywhere},
	{Method: http.MethodPost, Pattern: "/desk/account/tokens", Action: auth.ManageTokens, Do: createToken},
	{Method: http.MethodPost, Pattern: "/desk/account/tokens/{id}/revoke", Action: auth.ManageTokens, Examples: []string{"/desk/account/tokens/none/revoke"}, Do: revokeToken},
}

// accountScreen is the reader's own account.
type accountScreen struct {
	Local    bool
	Who      *Who
	Password *Form
	Fields   []Field // of the password
	CanSet   bool    // the account signs in with a password
	Tokens   []tokenRow
	Token    *Form
	New      []Field // of a token
	MayToken bool
	Secret   string // of the token that was just made: shown once
	Made     auth.Token
}

type tokenRow struct {
	auth.Token
	Words  []string // scopes
	Ended  bool
	Revoke string
}

// defaultTokenLife is the end that the form proposes.
const defaultTokenLife = 90 * 24 * time.Hour

// accounts gives the service, or says why there is none.
func (c *Call) accounts() (*auth.Service, error) {
	if c.Desk.Auth == nil {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "accounts", Msg: "this server keeps no accounts", Hint: "start it with a store: entente serve --db FILE"}
	}
	return c.Desk.Auth, nil
}

// own refuses what only an account that signed in has.
func (c *Call) own() (*auth.Service, error) {
	if c.Desk.Local {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "account", Msg: "on this machine you work without an account", Hint: "make accounts first; they count from the next start of the server"}
	}
	return c.accounts()
}

func showAccount(c *Call) error {
	return c.account(&accountScreen{}, http.StatusOK)
}

// account shows the page, with the forms that are given or empty ones.
func (c *Call) account(s *accountScreen, status int) error {
	s.Local, s.Who, s.MayToken = c.Desk.Local, c.header(), c.May(auth.ManageTokens)
	if s.Password == nil {
		s.Password = c.NewForm()
	}
	if s.Token == nil {
		s.Token = c.NewForm("expires", c.Desk.now().Add(defaultTokenLife).Format(time.DateOnly))
	}
	s.Fields = s.Password.Fields(
		Field{Name: "old", Label: c.T.T("account.old"), Kind: "password", Required: true, Auto: "current-password"},
		Field{Name: "password", Label: c.T.T("account.new"), Kind: "password", Required: true, Auto: "new-password", Hint: c.T.T("account.new.hint", "n", auth.MinPassword)},
		Field{Name: "again", Label: c.T.T("account.again"), Kind: "password", Required: true, Auto: "new-password"},
	)
	var scopes []Option
	for _, x := range auth.Scopes() {
		scopes = append(scopes, Option{Value: string(x), Word: c.T.Label("scope", string(x)), Hint: c.T.Label("scope.hint", string(x))})
	}
	s.New = s.Token.Fields(
		Field{Name: "name", ID: "f-token-name", Label: c.T.T("token.name"), Required: true, Most: 100, Hint: c.T.T("token.name.hint")},
		Field{Name: "scopes", Label: c.T.T("token.scopes"), Kind: "checks", Options: scopes},
		Field{Name: "expires", Label: c.T.T("token.expires"), Kind: "date", Required: true},
	)
	if !s.Local && c.Desk.Auth != nil {
		accounts, err := c.Desk.Auth.Accounts(c.Context())
		if err != nil {
			return err
		}
		for _, a := range accounts {
			s.CanSet = s.CanSet || a.Name == c.User.Name && a.Password != ""
		}
		tokens, err := c.Desk.Auth.Tokens(c.Context(), c.User.Name)
		if err != nil {
			return err
		}
		for _, t := range tokens {
			s.Tokens = append(s.Tokens, c.tokenRow(t, "/desk/account/tokens/"+t.ID+"/revoke"))
		}
	}
	return c.Show(Page{Template: "account", Data: s, Status: status, Title: c.T.T("account.title"), Nav: "account"})
}

func (c *Call) tokenRow(t auth.Token, revoke string) tokenRow {
	row := tokenRow{Token: t, Ended: !t.Revoked.IsZero() || !c.Desk.now().Before(t.Expires), Revoke: revoke}
	for _, s := range t.Scopes {
		row.Words = append(row.Words, c.T.Label("scope", string(s)))
	}
	return row
}

func changePassword(c *Call) error {
	service, err := c.own()
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	old, password := f.Secret("old"), f.Secret("password")
	if old == "" {
		f.Fault("old", "needed")
	}
	if password == "" {
		f.Fault("password", "needed")
	} else if f.Secret("again") != password {
		f.Fault("again", "again")
	}
	status := http.StatusBadRequest
	if f.OK() {
		err := service.ChangePassword(c.Context(), c.User.Name, old, password, c.From())
		if err == nil {
			if err = service.Renew(c.W, c.R, c.User.Name); err != nil { // the change ended this session too
				return err
			}
			return c.Done("/desk/account", "password")
		}
		status = auth.StatusOf(err)
		e := asEntente(err)
		switch {
		case e != nil && e.Op == "set password":
			f.say("password", sentence(e.Msg)+" "+sentence(e.Hint))
		case entente.KindOf(err) == entente.Denied:
			f.Fault("old", "wrong")
		case status == http.StatusTooManyRequests:
			f.Fault("", "limited")
		default:
			return err
		}
	}
	f.Values.Del("old")
	f.Values.Del("password")
	f.Values.Del("again")
	return c.account(&accountScreen{Password: f}, status)
}

func signOutEverywhere(c *Call) error {
	service, err := c.own()
	if err != nil {
		return err
	}
	if err := service.SignOutEverywhere(c.Context(), c.User.Name); err != nil {
		return err
	}
	http.Redirect(c.W, c.R, auth.SignInPath, http.StatusSeeOther)
	return nil
}

// createToken shows the secret of the new token in its own answer: it is kept
// nowhere, so that there is no address to be led to.
func createToken(c *Call) error {
	service, err := c.own()
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	n := auth.NewToken{Account: c.User.Name, Name: f.Needed("name", 100), Scopes: Choices(f, "scopes", auth.Scopes()), Expires: f.Day("expires")}
	if !n.Expires.IsZero() {
		n.Expires = n.Expires.Add(24*time.Hour - time.Second) // the day itself still counts
	}
	if !f.OK() {
		return c.account(&accountScreen{Token: f}, http.StatusBadRequest)
	}
	secret, made, err := service.CreateToken(c.Context(), n)
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.Refuse(err, "name", "scopes", "expires"); err != nil {
			return err
		}
		return c.account(&accountScreen{Token: f}, status)
	}
	return c.account(&accountScreen{Secret: secret, Made: made}, http.StatusOK)
}

func revokeToken(c *Call) error {
	service, err := c.own()
	if err != nil {
		return err
	}
	if err := service.RevokeToken(c.Context(), c.User.Name, c.Path("id")); err != nil {
		return err
	}
	return c.Done("/desk/account", "revoked")
}
