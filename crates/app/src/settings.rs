//! The project's own settings, its people and its order of stations.

use crate::{
    api::{ProjectView, StationOrder, StationTitle},
    printable,
};
use shoulou_domain::{fields::Entity, views, world::World};

pub fn view(world: &World<'_>) -> ProjectView {
    let orders = views::ready_orders(world).into_iter().map(|ready| StationOrder {
        key: ready.key,
        title: ready.title,
        order: ready.order,
        warns: ready.warns,
    });
    let stations =
        views::stations(world).into_iter().map(|(key, title)| StationTitle { key, title });
    let mut fields = views::project_fields(world);
    printable::mark(&mut fields, Entity::Project, Some(world.project));
    ProjectView {
        fields,
        logo: world.project_text("logo").map(str::to_owned),
        staff: views::staff(world),
        station_orders: orders.collect(),
        stations: stations.collect(),
        order: views::order_in_use(world),
        order_warning: views::order_warns(world),
        roles: views::roles(world),
        departments: views::departments(world),
    }
}
