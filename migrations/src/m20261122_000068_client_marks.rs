//! By what a client is found whose name is sealed.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                table("client_marks")
                    .col(uuid("practice_id"))
                    .col(blob("mark"))
                    .col(uuid("client_id"))
                    .primary_key(&mut key(&["practice_id", "mark", "client_id"]))
                    .foreign_key(&mut belongs_to("client_id", "clients"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("client_marks", &["practice_id", "client_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(drop_table("client_marks")).await
    }
}
