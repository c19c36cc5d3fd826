//! The members of the demo organisation; two of them have no name.

/// One member, as in `/organization/members`.
#[derive(Debug)]
pub struct Member {
    pub id: &'static str,
    pub first_name: Option<&'static str>,
    pub last_name: Option<&'static str>,
    pub email: &'static str,
    pub admin: bool,
}

const fn member(id: &'static str, first_name: &'static str, last_name: &'static str, email: &'static str) -> Member {
    Member { id, first_name: Some(first_name), last_name: Some(last_name), email, admin: false }
}

const fn nameless(id: &'static str, email: &'static str) -> Member {
    Member { id, first_name: None, last_name: None, email, admin: false }
}

const fn admin(mut who: Member) -> Member {
    who.admin = true;
    who
}

#[rustfmt::skip]
pub static MEMBERS: &[Member] = &[
    admin(member("user_2qA7cLm0Zp4RtXw8KdVn5sYbHe1", "Ada", "Okafor", "ada@demo.example")),
    admin(member("user_2qB1fNs6Ty9GhJk3LzXc8vQwEr2", "Jonas", "Lindqvist", "jonas@demo.example")),
    member("user_2qC9gPd2Wm5BvCx7NaSf4kTyUi3", "Mei", "Tanaka", "mei@demo.example"),
    member("user_2qD3hRk8Qe1ZxLv6MbGj7pOiYt4", "Rosa", "Delgado", "rosa@demo.example"),
    member("user_2qE5jSt4Xr7AqWn2PcHl9dFgKu5", "Priya", "Raman", "priya@demo.example"),
    nameless("user_2qF8kUv0Ly3SeDz9RfBm6nJhVo6", "contractor-7@demo.example"),
    member("user_2qG2mWx6Ci9TfYb5QgDp1rKaEs7", "Tom", "Eriksen", "tom@demo.example"),
    member("user_2qH4nYz2Vo5UhXc1ShFr8tLbGi8", "Leïla", "Haddad", "leila@demo.example"),
    member("user_2qJ6pAb8Nu1WjZe7TkHs3vMcJy9", "Kwame", "Mensah", "kwame@demo.example"),
    member("user_2qK0rCd4Bs7XlBg3UmJt9xNeLz0", "Nora", "Fischer", "nora@demo.example"),
    nameless("user_2qL7tEf0Hp3YnDi9VoLu5zPgNa1", "lab-guest@demo.example"),
    member("user_2qM1vGh6Kr9ZpFk5WqNw2bRiPc2", "Sam", "O'Neil", "sam@demo.example"),
];
