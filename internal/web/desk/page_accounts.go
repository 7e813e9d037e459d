package desk

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"entente"
	"entente/internal/auth"
)

var accountsRoutes = []Route{
	{Method: http.MethodGet, Pattern: "/desk/accounts", Action: auth.ManageAccounts, Do: showAccounts},
	{Method: http.MethodPost, Pattern: "/desk/accounts", Action: auth.ManageAccounts, Do: createAccount},
	{Method: http.MethodGet, Pattern: "/desk/accounts/{name}", Action: auth.ManageAccounts, Examples: []string{"/desk/accounts/nobody"}, Do: showOneAccount},
	{Method: http.MethodPost, Pattern: "/desk/accounts/{name}/role", Action: auth.ManageAccounts, Examples: []string{"/desk/accounts/nobody/role"}, Do: setRole},
	{Method: http.MethodPost, Pattern: "/desk/accounts/{name}/password", Action: auth.ManageAccounts, Examples: []string{"/desk/accounts/nobody/password"}, Do: setPassword},
	{Method: http.MethodPost, Pattern: "/desk/accounts/{name}/state", Action: auth.ManageAccounts, Examples: []string{"/desk/accounts/nobody/state"}, Do: setState},
	{Method: http.MethodPost, Pattern: "/desk/accounts/{name}/tokens/{id}/revoke", Action: auth.ManageAccounts, Examples: []string{"/desk/accounts/nobody/tokens/none/revoke"}, Do: revokeOthers},
}

// accountsScreen lists the accounts, with the form for a new one.
type accountsScreen struct {
	Local    bool
	Accounts []accountRow
	Form     *Form
	Fields   []Field
}

type accountRow struct {
	auth.Account
	Href   string
	Role   string // in words
	State  string // of the words "account.state": active, disabled, locked
	Signs  []string
	IsSelf bool
}

func showAccounts(c *Call) error { return c.accountList(c.NewForm(), http.StatusOK) }

func (c *Call) accountList(f *Form, status int) error {
	service, err := c.accounts()
	if err != nil {
		return err
	}
	list, err := service.Accounts(c.Context())
	if err != nil {
		return err
	}
	s := &accountsScreen{Local: c.Desk.Local, Form: f, Fields: f.Fields(
		Field{Name: "name", Label: c.T.T("accounts.name"), Required: true, Most: auth.MaxName, Auto: "off", Hint: c.T.T("accounts.name.hint")},
		Field{Name: "role", Label: c.T.T("accounts.role"), Kind: "select", Required: true, Options: append([]Option{{Word: c.T.T("desk.choose")}}, OptionsOf(c, "role-name", auth.Roles())...)},
		Field{Name: "password", Label: c.T.T("accounts.password"), Kind: "password", Auto: "new-password", Hint: c.T.T("accounts.password.hint", "n", auth.MinPassword)},
	)}
	for _, a := range list {
		s.Accounts = append(s.Accounts, c.accountRow(a))
	}
	lede := c.T.T("accounts.none")
	if len(list) > 0 {
		lede = c.T.T("accounts.lede", "n", len(list))
	}
	return c.Show(Page{Template: "accounts", Data: s, Status: status, Title: c.T.T("accounts.title"), Lede: lede, Nav: "accounts"})
}

func (c *Call) accountRow(a auth.Account) accountRow {
	row := accountRow{Account: a, Href: "/desk/accounts/" + url.PathEscape(a.Name), Role: c.T.Label("role-name", string(a.Role)), State: "active", IsSelf: a.Name == c.User.Name}
	switch {
	case a.Disabled:
		row.State = "disabled"
	case c.Desk.now().Before(a.LockedUntil):
		row.State = "locked"
	}
	if a.Password != "" {
		row.Signs = append(row.Signs, c.T.T("accounts.by.password"))
	}
	if a.Subject != "" {
		row.Signs = append(row.Signs, c.T.T("accounts.by.provider"))
	}
	return row
}

func createAccount(c *Call) error {
	service, err := c.accounts()
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	n := auth.NewAccount{Name: f.Needed("name", auth.MaxName), Role: Choice(f, "role", auth.Roles()), Password: f.Secret("password")}
	if n.Role == "" {
		f.Fault("role", "needed")
	}
	if n.Password == "" && c.Desk.Config.OIDC == nil {
		f.Fault("password", "needed")
	}
	f.Values.Del("password")
	if !f.OK() {
		return c.accountList(f, http.StatusBadRequest)
	}
	a, err := service.CreateAccount(c.Context(), n)
	if err != nil {
		status := auth.StatusOf(err)
		if err := c.refuseAccount(f, err); err != nil {
			return err
		}
		return c.accountList(f, status)
	}
	return c.Done("/desk/accounts", "account", "name", a.Name)
}

// refuseAccount notes what is wrong with a name, a role or a password.
func (c *Call) refuseAccount(f *Form, err error) error {
	if e := asEntente(err); e != nil && e.Op == "set password" {
		f.say("password", sentence(e.Msg)+" "+sentence(e.Hint))
		return nil
	}
	return f.Refuse(err, "name", "role")
}

// asEntente finds the error for people in an error; nil when there is none.
func asEntente(err error) *entente.Error {
	e, _ := errors.AsType[*entente.Error](err)
	return e
}

// oneAccountScreen is one account, for who keeps them.
type oneAccountScreen struct {
	accountRow
	RoleForm, PasswordForm *Form
	RoleField              []Field
	PasswordField          []Field
	Tokens                 []tokenRow
	Problem                string
}

func showOneAccount(c *Call) error { return c.oneAccount(nil, nil, "", http.StatusOK) }

// find gives the account that the address names.
func (c *Call) find() (*auth.Service, auth.Account, error) {
	service, err := c.accounts()
	if err != nil {
		return nil, auth.Account{}, err
	}
	list, err := service.Accounts(c.Context())
	if err != nil {
		return nil, auth.Account{}, err
	}
	i := slices.IndexFunc(list, func(a auth.Account) bool { return a.Name == c.Path("name") })
	if i < 0 {
		return nil, auth.Account{}, &entente.Error{Kind: entente.NotFound, Op: "account", Msg: "there is no account of that name", Hint: "the list shows those there are"}
	}
	return service, list[i], nil
}

func (c *Call) oneAccount(role, password *Form, problem string, status int) error {
	service, a, err := c.find()
	if err != nil {
		return err
	}
	if role == nil {
		role = c.NewForm("role", string(a.Role))
	}
	if password == nil {
		password = c.NewForm()
	}
	s := &oneAccountScreen{accountRow: c.accountRow(a), RoleForm: role, PasswordForm: password, Problem: problem}
	s.RoleField = role.Fields(Field{Name: "role", Label: c.T.T("accounts.role"), Kind: "select", Required: true, Options: OptionsOf(c, "role-name", auth.Roles())})
	s.PasswordField = password.Fields(Field{Name: "password", Label: c.T.T("account.new"), Kind: "password", Required: true, Auto: "new-password", Hint: c.T.T("account.new.hint", "n", auth.MinPassword)})
	tokens, err := service.Tokens(c.Context(), a.Name)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		s.Tokens = append(s.Tokens, c.tokenRow(t, s.Href+"/tokens/"+t.ID+"/revoke"))
	}
	return c.Show(Page{
		Template: "one-account", Data: s, Status: status, Kicker: c.T.T("accounts.title"), Title: a.Name, Nav: "accounts",
		Lede: sentence(c.T.T("accounts.one.lede", "role", s.Role, "state", c.T.Label("account.state", s.State))),
	})
}

func setRole(c *Call) error {
	service, a, err := c.find()
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	role := Choice(f, "role", auth.Roles())
	if role == "" {
		f.Fault("role", "needed")
		return c.oneAccount(f, nil, "", http.StatusBadRequest)
	}
	if err := service.SetRole(c.Context(), a.Name, role); err != nil {
		status := auth.StatusOf(err)
		if err := f.Refuse(err, "role"); err != nil {
			return err
		}
		return c.oneAccount(f, nil, f.Problem(), status)
	}
	return c.toAccount(a.Name, "role")
}

// toAccount leads back to an account; to the reader's own page when they have
// taken the right to keep accounts, or the session, from themselves.
func (c *Call) toAccount(name, done string) error {
	if name == c.User.Name && !c.Desk.Local {
		return c.Done("/desk", done, "name", name)
	}
	return c.Done("/desk/accounts/"+url.PathEscape(name), done, "name", name)
}

func setPassword(c *Call) error {
	service, a, err := c.find()
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	password := f.Secret("password")
	f.Values.Del("password")
	if password == "" {
		f.Fault("password", "needed")
		return c.oneAccount(nil, f, "", http.StatusBadRequest)
	}
	if err := service.SetPassword(c.Context(), a.Name, password); err != nil {
		status := auth.StatusOf(err)
		if err := c.refuseAccount(f, err); err != nil {
			return err
		}
		return c.oneAccount(nil, f, f.Problem(), status)
	}
	return c.toAccount(a.Name, "set-password")
}

// accountStates is what can be done to an account as a whole.
var accountStates = []string{"disable", "enable", "unlock", "everywhere"}

func setState(c *Call) error {
	service, a, err := c.find()
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	do := Choice(f, "do", accountStates)
	switch do {
	case "disable":
		err = service.SetDisabled(c.Context(), a.Name, true)
	case "enable":
		err = service.SetDisabled(c.Context(), a.Name, false)
	case "unlock":
		err = service.Unlock(c.Context(), a.Name)
	case "everywhere":
		err = service.SignOutEverywhere(c.Context(), a.Name)
	default:
		return Bad("do", "it is not said what to do", "use the buttons of the page")
	}
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.Refuse(err); err != nil {
			return err
		}
		return c.oneAccount(nil, nil, f.Problem(), status)
	}
	return c.toAccount(a.Name, do)
}

func revokeOthers(c *Call) error {
	service, a, err := c.find()
	if err != nil {
		return err
	}
	if err := service.RevokeToken(c.Context(), a.Name, c.Path("id")); err != nil {
		return err
	}
	return c.toAccount(a.Name, "revoked")
}
