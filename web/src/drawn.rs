//! A view without its type. Leptos' own `AnyView` can patch what is on the page, and carries the code for
//! that for every view there is; here a view that comes again takes the place of the old one. That is a
//! fifth of the app's size, and the parts that change are signals anyway.

use std::{
    future::{Future, ready},
    sync::{Arc, Mutex},
};

use leptos::{
    attr::{Attribute, any_attribute::AnyAttribute},
    prelude::*,
    tachys::{
        hydration::Cursor,
        reactive_graph::SharedReactiveFunction,
        renderer::types::{Element, Node},
        view::{Mountable, Position, PositionState, Render, RenderHtml, add_attr::AddAnyAttr},
    },
};

/// A view that will be built.
pub struct Drawn(Box<dyn FnOnce() -> OnPage + Send>);

/// What stands on the page.
pub struct OnPage(Box<dyn Mountable>);

/// A part of the page that follows signals, without its type: what changes it exists once, and not for every such part.
pub fn changing<V: IntoView + 'static>(
    mut view: impl FnMut() -> V + Send + 'static,
) -> SharedReactiveFunction<Drawn> {
    Arc::new(Mutex::new(move || view().drawn()))
}

/// Takes a view's type away.
pub trait Draw {
    /// The view without its type.
    fn drawn(self) -> Drawn;
}

impl<T: IntoView + 'static> Draw for T {
    fn drawn(self) -> Drawn {
        Drawn(Box::new(move || OnPage(Box::new(self.build()))))
    }
}

impl Render for Drawn {
    type State = OnPage;

    fn build(self) -> OnPage {
        (self.0)()
    }

    fn rebuild(self, state: &mut OnPage) {
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl Mountable for OnPage {
    fn unmount(&mut self) {
        self.0.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.0.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.0.elements()
    }
}

impl AddAnyAttr for Drawn {
    type Output<SomeNewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _attr: NewAttr) -> Self {
        self
    }
}

/// The app is drawn in the browser only: there is no text form of a view.
impl RenderHtml for Drawn {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    fn resolve(self) -> impl Future<Output = Self> + Send {
        ready(self)
    }

    fn to_html_with_buf(
        self,
        _buf: &mut String,
        _position: &mut Position,
        _escape: bool,
        _mark_branches: bool,
        _extra_attrs: Vec<AnyAttribute>,
    ) {
    }

    fn hydrate<const FROM_SERVER: bool>(self, _cursor: &Cursor, _position: &PositionState) -> OnPage {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
